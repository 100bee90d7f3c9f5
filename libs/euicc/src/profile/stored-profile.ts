import type { AcceptedSequenceNumbers } from '@tegata/aka';
import { type AuthenticationConfiguration, authenticationLimit, configurationOf } from '@tegata/profile-package';
import type { Memory } from '../memory/memory.ts';
import { type RegisteredApplication, registeredApplications } from './application-registry.ts';
import { type FilePath, pathOf } from './card-file.ts';
import { FileTree, type PlacedFile } from './file-tree.ts';
import {
  authenticationCountRecord,
  authenticationRecord,
  contentRecord,
  fileRecord,
  inProfile,
  packetCounterRecord,
  pinIdentifier,
  pinRecord,
  pukRecord,
  referenceText,
  sequenceNumbersRecord,
  sharedPinsRecord,
} from './profile-records.ts';
import type { Pin, Puk } from './verification-code.ts';

/** A PIN and the directory it belongs to. */
export interface PlacedPin {
  /** tells this PIN from the others of the profile */
  readonly identifier: string;
  readonly pin: Pin;
}

/** The profile in one ISD-P, as the commands of the card see it: everything read from, and changed in, the memory. */
export class StoredProfile {
  private files: FileTree;

  constructor(
    private readonly memory: Memory,
    readonly isdpAid: string,
  ) {
    this.files = this.readTree();
  }

  /** The files as they are now. */
  get tree(): FileTree {
    return this.files;
  }

  /** Content of an EF, through its link if it has one. */
  content(path: FilePath): Uint8Array {
    return this.memory.require(contentRecord, inProfile(this.isdpAid, this.contentPath(path)));
  }

  async updateContent(path: FilePath, content: Uint8Array): Promise<void> {
    await this.memory.commit((t) => t.put(contentRecord, inProfile(this.isdpAid, this.contentPath(path)), content));
  }

  /** The PIN that a key reference names in a directory: its own, or that of the nearest directory above it. */
  pin(directory: FilePath, reference: number): PlacedPin | undefined {
    for (const { path } of this.tree.upwards(directory)) {
      const owner = this.memory.get(sharedPinsRecord, inProfile(this.isdpAid, path)) ?? path;
      const identifier = pinIdentifier(this.isdpAid, owner, reference);
      const pin = this.memory.get(pinRecord, identifier);
      if (pin !== undefined) return { identifier, pin };
    }
    return undefined;
  }

  async updatePin(identifier: string, pin: Pin): Promise<void> {
    await this.memory.commit((t) => t.put(pinRecord, identifier, pin));
  }

  puk(reference: number): Puk | undefined {
    return this.memory.get(pukRecord, inProfile(this.isdpAid, referenceText(reference)));
  }

  async updatePuk(reference: number, puk: Puk): Promise<void> {
    await this.memory.commit((t) => t.put(pukRecord, inProfile(this.isdpAid, referenceText(reference)), puk));
  }

  /** Stores a PIN and the PUK that unblocked it together. */
  async unblock(placed: PlacedPin, reference: number, puk: Puk): Promise<void> {
    await this.memory.commit((t) => {
      t.put(pinRecord, placed.identifier, placed.pin);
      t.put(pukRecord, inProfile(this.isdpAid, referenceText(reference)), puk);
    });
  }

  /** Keys and sequence numbers of an ADF; undefined when the package gave it none. */
  authentication(application: FilePath): AuthenticationConfiguration | undefined {
    const identifier = inProfile(this.isdpAid, application);
    const parameters = this.memory.get(authenticationRecord, identifier);
    if (parameters === undefined) return undefined;
    const accepted = this.memory.require(sequenceNumbersRecord, identifier);
    return { ...configurationOf(parameters.parameter, parameters.algorithm), accepted };
  }

  /**
   * Counts a run of the algorithm, in the memory before anything is computed, where the package limits them (authCounterMax). The limit
   * is one of the key: applications that share it have one count.
   *
   * @returns whether it may be run
   */
  async countAuthentication(application: FilePath): Promise<boolean> {
    const parameters = this.memory.require(authenticationRecord, inProfile(this.isdpAid, application));
    const limit = authenticationLimit(parameters.algorithm);
    if (limit === undefined) return true;
    const identifier = inProfile(this.isdpAid, parameters.lender ?? application);
    const { runs } = this.memory.get(authenticationCountRecord, identifier) ?? { runs: 0 };
    if (runs >= limit) return false;
    await this.memory.commit((t) => t.put(authenticationCountRecord, identifier, { runs: runs + 1 }));
    return true;
  }

  async updateSequenceNumbers(application: FilePath, accepted: AcceptedSequenceNumbers): Promise<void> {
    await this.memory.commit((t) => t.put(sequenceNumbersRecord, inProfile(this.isdpAid, application), accepted));
  }

  /** Security domains, remote file management and applications. */
  get registry(): RegisteredApplication[] {
    return registeredApplications(this.memory, this.isdpAid);
  }

  /** CNTR of the last command packet under a key set of a security domain; undefined before the first one. */
  packetCounter(securityDomainAid: string, keyVersion: number): number | undefined {
    return this.memory.get(packetCounterRecord, inProfile(this.isdpAid, securityDomainAid, referenceText(keyVersion)));
  }

  async updatePacketCounter(securityDomainAid: string, keyVersion: number, counter: number): Promise<void> {
    const identifier = inProfile(this.isdpAid, securityDomainAid, referenceText(keyVersion));
    await this.memory.commit((t) => t.put(packetCounterRecord, identifier, counter));
  }

  /** Activates (05) or deactivates (04) an EF. */
  async updateLifeCycle({ path, file }: PlacedFile, lifeCycle: number): Promise<void> {
    const changed = { ...file, lifeCycle: Uint8Array.of(lifeCycle) };
    await this.memory.commit((t) => t.put(fileRecord, inProfile(this.isdpAid, path), changed));
    this.files = this.readTree();
  }

  private readTree(): FileTree {
    const files = [...this.memory.list(fileRecord, inProfile(this.isdpAid, ''))];
    return new FileTree(
      files.map(({ identifier, value }) => ({ path: identifier.slice(this.isdpAid.length + 1), file: value })),
    );
  }

  private contentPath(path: FilePath): FilePath {
    const linked = this.tree.get(path)?.file.linkedTo;
    return linked === undefined ? path : pathOf(linked);
  }
}
