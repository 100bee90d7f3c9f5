import { randomBytes } from 'node:crypto';
import type { RandomSource } from '@tegata/rsp';
import { Card } from './card/card.ts';
import { Ecasd } from './ecasd/ecasd.ts';
import { DEFAULT_MEMORY_OCTETS, DEFAULT_RULES, type EuiccMaterial, encodeRules } from './ecasd/euicc-material.ts';
import { type Es10a, es10a } from './es10/es10a.ts';
import { type Es10b, es10b } from './es10/es10b.ts';
import { type Es10c, es10c } from './es10/es10c.ts';
import { type InstalledApplication, installedApplications } from './isd-r/installed-applications.ts';
import { enabledProfile } from './isd-r/isd-p.ts';
import { IsdR } from './isd-r/isd-r.ts';
import { settingsRecord } from './isd-r/isd-r-records.ts';
import { CertificateStore } from './local-authentication/certificate-store.ts';
import {
  type CertificateStoreFunctions,
  certificateStoreFunctions,
  type LocalAuthenticationFunctions,
  localAuthenticationFunctions,
} from './local-authentication/in-turns.ts';
import { LocalAuthentication } from './local-authentication/local-authentication.ts';
import { ReleasePermission } from './local-authentication/release-permission.ts';
import { type HashCost, STANDARD_HASH_COST } from './local-authentication/secret-hash.ts';
import { Memory } from './memory/memory.ts';
import { type MemoryFolder, openMemoryFolder } from './memory/memory-folder.ts';
import type { Processes } from './memory/memory-lock.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { StoredProfile } from './profile/stored-profile.ts';

/** What an eUICC runs with. */
export interface EuiccOptions {
  /** path of the folder that is its non-volatile memory, or that folder behind a port */
  readonly directory: string | MemoryFolder;
  /** default: the clock of this machine. Only for validity periods of certificates */
  readonly clock?: () => Date;
  /** default: `randomBytes` of node:crypto */
  readonly random?: RandomSource;
  /** what one guess at a password of local authentication costs; default 32 MiB and about a tenth of a second */
  readonly hashCost?: HashCost;
  /** default: the processes of this machine */
  readonly processes?: Processes;
}

/** The card commands of a modem. */
export interface Apdu {
  /** Answers a command APDU of 4 to 261 octets with data and status word. A refusal is a status word. */
  transmit(command: Uint8Array): Promise<Uint8Array>;
  /** Resets the card, which also ends an RSP session; answers the ATR. */
  reset(): Promise<Uint8Array>;
}

/**
 * An eUICC: its memory and everything on the chip.
 *
 * Anyone may call any function at any time: calls take their turns. What a function has answered is in the memory; killed at
 * any moment, the eUICC is as before the function or as after it.
 */
export class Euicc {
  readonly es10a: Es10a;
  readonly es10b: Es10b;
  readonly es10c: Es10c;
  readonly apdu: Apdu;
  readonly localAuthentication: LocalAuthenticationFunctions;
  readonly certificateStore: CertificateStoreFunctions;
  private readonly turns = new OneAtATime();
  private enabledAid: string | undefined;

  private constructor(
    private readonly memory: Memory,
    private readonly ecasd: Ecasd,
    { clock = () => new Date(), random = randomBytes, hashCost = STANDARD_HASH_COST }: EuiccOptions,
  ) {
    const { turns } = this;
    const context = { memory, ecasd, clock, random };
    const permission = new ReleasePermission();
    const isdR = new IsdR(context);
    const card = new Card({ isdR, eid: ecasd.eid, switched: () => switched(), random });
    const switched = (): boolean => {
      const aid = enabledProfile(context)?.aid;
      if (aid === this.enabledAid) return false;
      this.enabledAid = aid;
      card.insert(aid === undefined ? undefined : new StoredProfile(memory, aid));
      return true;
    };
    switched();
    this.es10a = es10a(turns, isdR);
    this.es10b = es10b(turns, isdR);
    this.es10c = es10c(turns, isdR, switched);
    this.apdu = {
      transmit: (command) => turns.run(() => card.transmit(command)),
      reset: () =>
        turns.run(async () => {
          permission.revoke();
          await isdR.abandonSession();
          return card.reset();
        }),
    };
    this.localAuthentication = localAuthenticationFunctions(
      turns,
      new LocalAuthentication({ memory, ecasd, random, hashCost, permission }),
    );
    this.certificateStore = certificateStoreFunctions(turns, new CertificateStore({ memory, ecasd, permission }));
  }

  /**
   * Makes an eUICC in an empty folder, once.
   *
   * @throws MemoryError `MEMORY_EXISTS`, `MEMORY_IN_USE`
   * @throws CertificateError for an EID, key or certificate that does not belong to the others
   */
  static async manufacture(material: EuiccMaterial, options: EuiccOptions): Promise<Euicc> {
    const { clock = () => new Date(), random = randomBytes } = options;
    const { rootDsAddress, defaultDpAddress, rulesAuthorisationTable = DEFAULT_RULES } = material;
    const capacity = material.memoryOctets ?? DEFAULT_MEMORY_OCTETS;
    const memory = await Memory.create(await folderOf(options), memoryOptions(random, options), capacity, (t) => {
      Ecasd.write(t, material, clock());
      t.put(settingsRecord, '', {
        defaultDpAddress,
        rootDsAddress,
        rulesAuthorisationTable: encodeRules(rulesAuthorisationTable),
      });
    });
    return Euicc.powerOn(memory, options);
  }

  /**
   * Opens the eUICC in the folder: power on.
   *
   * @throws MemoryError `MEMORY_ABSENT`, `MEMORY_IN_USE`, `MEMORY_CORRUPT`
   */
  static async open(options: EuiccOptions): Promise<Euicc> {
    const { random = randomBytes } = options;
    const memory = await Memory.open(await folderOf(options), memoryOptions(random, options));
    return Euicc.powerOn(memory, options);
  }

  private static async powerOn(memory: Memory, options: EuiccOptions): Promise<Euicc> {
    try {
      return new Euicc(memory, Ecasd.read(memory), options);
    } catch (error) {
      await memory.close();
      throw error;
    }
  }

  /** 32 digits. */
  get eid(): string {
    return this.ecasd.eid;
  }

  /** Octets of non-volatile memory: all of it, and what is free. */
  get memoryOctets(): { readonly capacity: number; readonly free: number } {
    return { capacity: this.memory.capacity, free: this.memory.free };
  }

  /** What is installed: security domains, and the applications of profiles, which are not executed. */
  installedApplications(): Promise<InstalledApplication[]> {
    return this.turns.run(() => installedApplications(this.memory));
  }

  /** Power off: waits for the call that is running, and gives the folder back. */
  async close(): Promise<void> {
    await this.turns.run(() => this.memory.close());
  }
}

async function folderOf({ directory }: EuiccOptions): Promise<MemoryFolder> {
  return typeof directory === 'string' ? openMemoryFolder(directory) : directory;
}

function memoryOptions(random: RandomSource, { processes }: EuiccOptions) {
  return { random, ...(processes !== undefined && { processes }) };
}
