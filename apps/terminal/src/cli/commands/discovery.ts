import { type DiscoveryResult, DiscoverySource, DiscoveryState } from '@tegata/contracts/terminal-v1';
import type { CommandContext } from '../command-context.ts';
import type { Typed } from '../command-line/typed.ts';
import { profileCard, profileCardValue } from '../download-user.ts';

/** `tegata profile discovery`: shows what the daemon has heard since power-on, or switches it. */
export async function discovery(
  { output, typed, withTerminal }: CommandContext,
  setting: string | undefined,
): Promise<void> {
  const { atPowerOn, results } = await withTerminal(async ({ lpa }) => {
    if (setting !== undefined) await lpa.setDiscovery({ atPowerOn: setting === 'on' });
    return lpa.getDiscovery({});
  });
  output.result({ atPowerOn, results: results.map(resultValue) }, [
    atPowerOn
      ? 'Servers are asked at power-on which profiles wait.'
      : `No server is asked at power-on. Switch it on: ${typed('profile discovery on')}`,
    ...(atPowerOn && results.length === 0 ? ['Nothing was asked: no daemon runs.'] : []),
    ...results.flatMap((result) => resultLines(result, typed)),
  ]);
}

function resultValue({ source, address, state, events, profile, error, time }: DiscoveryResult) {
  return {
    source: DiscoverySource[source].toLowerCase().replaceAll('_', '-'),
    address,
    state: DiscoveryState[state].toLowerCase(),
    events,
    profile: profile === undefined ? null : profileCardValue(profile),
    error,
    time: time?.toISOString() ?? null,
  };
}

const names: Readonly<Partial<Record<DiscoverySource, string>>> = {
  [DiscoverySource.ROOT_SMDS]: 'SM-DS',
  [DiscoverySource.DEFAULT_SMDP]: 'default SM-DP+',
};

function resultLines({ source, address, state, events, profile, error }: DiscoveryResult, typed: Typed): string[] {
  const server = `${names[source] ?? 'server'} ${address}`;
  if (state === DiscoveryState.REFUSED) return ['', `The ${server} refused: ${error}`];
  if (state !== DiscoveryState.ANSWERED) {
    return ['', `The ${server} has not answered yet${error === '' ? '.' : ` and is asked again: ${error}`}`];
  }
  if (profile !== undefined) {
    return ['', `A profile waits at the ${server}. Fetch it: ${typed('profile download')}`, ...profileCard(profile)];
  }
  if (events.length === 0) return ['', `Nothing waits at the ${server}.`];
  const places = events.map(({ eventId, rspServerAddress }) => `${eventId} at ${rspServerAddress}`);
  return ['', `Profiles wait by the ${server}. Fetch them: ${typed('profile discover')}`, ...places];
}
