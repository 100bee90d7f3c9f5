import { type DiscoveryResult, DiscoverySource } from '@tegata/contracts/terminal-v1';
import type { Euicc } from '@tegata/euicc';
import { offerOfDefaultSmdp, retrieveEvents } from '@tegata/lpa';
import type { Logger } from '@tegata/service-kit';
import { pause } from '../application/retry.ts';
import { device } from '../device.ts';
import { offeredProfile } from '../services/offered-profile.ts';
import type { DiscoverySetting } from '../state/discovery-setting.ts';
import { type DiscoveryAnswer, PowerOnDiscovery } from './power-on-discovery.ts';
import type { LpaContext } from './provisioning.ts';
import { Turns } from './turns.ts';

/** Discovery at power-on as the user switches it. */
export class Discovery {
  #atWork: PowerOnDiscovery | undefined;
  readonly #switches = new Turns();

  /** @param begin starts asking; undefined where nothing stays on after the command that is being carried out */
  constructor(
    private readonly setting: DiscoverySetting,
    private readonly begin: (() => PowerOnDiscovery) | undefined,
  ) {}

  get atPowerOn(): boolean {
    return this.setting.read();
  }

  /** What was heard since power-on. */
  get results(): DiscoveryResult[] {
    return this.#atWork?.results ?? [];
  }

  /** Begins, where the user wants that. */
  powerOn(): void {
    if (this.atPowerOn) this.#atWork = this.begin?.();
  }

  /** Stores what the user wants and begins or stops at once; what was heard before is forgotten. */
  switch(atPowerOn: boolean): Promise<void> {
    return this.#switches.run(async () => {
      this.setting.write(atPowerOn);
      await this.#atWork?.stop();
      this.#atWork = atPowerOn ? this.begin?.() : undefined;
    });
  }

  async powerOff(): Promise<void> {
    await this.#switches.run(async () => this.#atWork?.stop());
  }
}

/** Asks SM-DS and SM-DP+ with this eUICC, on the routes of the LPA. */
export function discoverWith(
  context: LpaContext & { readonly euicc: Pick<Euicc, 'es10a' | 'es10b' | 'es10c'> },
  logger: Pick<Logger, 'info' | 'warn'>,
): PowerOnDiscovery {
  const { euicc, routes, sessions } = context;
  const { es10b, es10c } = euicc;
  const ask = async (source: DiscoverySource, address: string, signal: AbortSignal): Promise<DiscoveryAnswer> => {
    if (source === DiscoverySource.ROOT_SMDS) {
      const { events } = await retrieveEvents({ es10b, es11: routes.smds(address), device }, address, '', { signal });
      return { events, profile: undefined };
    }
    const metadata = await offerOfDefaultSmdp({ es10b, es10c, es9Plus: routes.smdp(address), device }, address, {
      signal,
    });
    return { events: [], profile: offeredProfile(metadata, address) };
  };
  return new PowerOnDiscovery({
    addresses: () => euicc.es10a.getEuiccConfiguredAddresses(),
    ask: (source, address, signal) =>
      sessions.run(() => {
        signal.throwIfAborted();
        return ask(source, address, signal);
      }),
    wait: pause,
    now: () => new Date(),
    random: Math.random,
    logger,
  });
}
