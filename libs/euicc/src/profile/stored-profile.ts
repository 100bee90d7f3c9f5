import type { AcceptedSequenceNumbers } from '@tegata/aka';
import { type AuthenticationConfiguration, configurationOf } from '@tegata/profile-package';
import type { Memory } from '../memory/memory.ts';
import { type FilePath, pathOf } from './card-file.ts';
import { FileTree } from './file-tree.ts';
import {
  authenticationRecord,
  contentRecord,
  fileRecord,
  inProfile,
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
  readonly tree: FileTree;

  constructor(
    private readonly memory: Memory,
    readonly isdpAid: string,
  ) {
    const files = [...memory.list(fileRecord, inProfile(isdpAid, ''))];
    this.tree = new FileTree(
      files.map(({ identifier, value }) => ({ path: identifier.slice(isdpAid.length + 1), file: value })),
    );
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

  async updateSequenceNumbers(application: FilePath, accepted: AcceptedSequenceNumbers): Promise<void> {
    await this.memory.commit((t) => t.put(sequenceNumbersRecord, inProfile(this.isdpAid, application), accepted));
  }

  private contentPath(path: FilePath): FilePath {
    const linked = this.tree.get(path)?.file.linkedTo;
    return linked === undefined ? path : pathOf(linked);
  }
}
