import {
  PIN_ATTEMPTS_DEFAULT,
  PIN_ATTRIBUTES_DEFAULT,
  type PinCodes,
  type PinConfiguration,
  PUK_ATTEMPTS_DEFAULT,
} from './elements/codes.ts';
import type { ElementOf } from './elements/profile-element.ts';
import type { Directory } from './file-system/file-node.ts';
import { type FileSystem, pathFromOctets } from './file-system/file-system.ts';
import { ProfilePackageError } from './profile-package-error.ts';

const MF_PATH = '3F00';

/** A PIN or administrative key. */
export interface Pin {
  /** as in VERIFY PIN: 01 the PIN, 81 PIN2, 0A ADM1 */
  readonly keyReference: number;
  /** 8 octets */
  readonly value: Uint8Array;
  readonly enabled: boolean;
  readonly changeable: boolean;
  /** may be enabled and disabled */
  readonly switchable: boolean;
  /** key reference of the PUK; none: a blocked PIN stays blocked */
  readonly unblockedBy: number | undefined;
  readonly maximumAttempts: number;
  readonly attemptsLeft: number;
}

export interface Puk {
  readonly keyReference: number;
  /** 8 octets */
  readonly value: Uint8Array;
  readonly maximumAttempts: number;
  readonly attemptsLeft: number;
}

/** PINs that a directory has in common with another one. */
interface SharedPins {
  readonly path: string;
  readonly with: string;
  readonly identification: number;
}

/** Takes PIN and PUK elements in their order, as an eUICC does while it installs a profile. */
export class CodesInstaller {
  /** by path of the directory they are verified in (`3F00` for the MF), then by key reference */
  readonly pins = new Map<string, ReadonlyMap<number, Pin>>();
  /** by key reference */
  readonly puks = new Map<number, Puk>();
  private readonly shared: SharedPins[] = [];

  /** @throws ProfilePackageError */
  takePuks(configurations: ElementOf<'pukCodes'>['body']['pukCodes']): void {
    for (const { keyReference, pukValue, attempts = PUK_ATTEMPTS_DEFAULT } of configurations) {
      if (this.puks.has(keyReference))
        throw new ProfilePackageError('ELEMENT_REPEATED', `PUK ${keyReference} is there twice`);
      this.puks.set(keyReference, { keyReference, value: pukValue, ...counted(attempts) });
    }
  }

  /**
   * @param path of the directory that they are for
   * @throws ProfilePackageError
   */
  takePins(path: string, { header, pinCodes }: PinCodes): void {
    if (this.pins.has(path) || this.shared.some((shared) => shared.path === path)) {
      throw new ProfilePackageError('ELEMENT_REPEATED', `${path} has its PINs already`);
    }
    if (pinCodes.kind === 'filePath') {
      this.shared.push({ path, with: pathFromOctets(pinCodes.value), identification: header.identification });
      return;
    }
    const pins = new Map<number, Pin>();
    for (const configuration of pinCodes.value) {
      const pin = pinOf(configuration);
      const { keyReference, unblockedBy } = pin;
      if (isLocal(keyReference) === (path === MF_PATH)) {
        throw new ProfilePackageError('BAD_PARAMETER', `PIN ${keyReference} has no place in ${path}`);
      }
      if (pins.has(keyReference))
        throw new ProfilePackageError('ELEMENT_REPEATED', `PIN ${keyReference} is there twice`);
      if (unblockedBy !== undefined && !this.puks.has(unblockedBy)) {
        throw new ProfilePackageError('CODE_MISSING', `PIN ${keyReference} has a PUK that is not there`);
      }
      pins.set(keyReference, pin);
    }
    this.pins.set(path, pins);
  }

  /** Gives directories what they share, now that all are there, and requires what they name. @throws ProfilePackageError */
  finish(fileSystem: FileSystem): void {
    for (const shared of this.shared) this.sharePins(fileSystem, shared);
    this.requirePins(fileSystem);
  }

  /** PINs that a directory names must be there: global ones in the MF, local ones in it or above it (section 8.1.3). */
  private requirePins(fileSystem: FileSystem): void {
    for (const node of fileSystem.nodes()) {
      if (node.kind === 'ef') continue;
      const missing = node.pinReferences.find((reference) => !this.hasPin(node, reference));
      if (missing === undefined) continue;
      throw new ProfilePackageError('CODE_MISSING', `${node.path} names PIN ${missing}, which is not there`);
    }
  }

  private hasPin(directory: Directory, reference: number): boolean {
    if (!isLocal(reference)) return this.pins.get(MF_PATH)?.has(reference) ?? false;
    for (let place: Directory | undefined = directory; place !== undefined; place = place.parent) {
      if (this.pins.get(place.path)?.has(reference)) return true;
    }
    return false;
  }

  private sharePins(fileSystem: FileSystem, shared: SharedPins): void {
    const target = fileSystem.directory(shared.with).path;
    const pins = this.pins.get(target);
    if (pins === undefined) {
      const { identification } = shared;
      throw new ProfilePackageError('CODE_MISSING', `there are no PINs at ${target}`, { identification });
    }
    this.pins.set(shared.path, pins);
  }
}

/** PIN2 and the like, and ADM6 to ADM10, belong to a directory; the others to the card. */
function isLocal(keyReference: number): boolean {
  return keyReference >= 0x80;
}

function pinOf(configuration: PinConfiguration): Pin {
  const { keyReference, pinValue, unblockingPINReference } = configuration;
  const { pinAttributes = PIN_ATTRIBUTES_DEFAULT, attempts = PIN_ATTEMPTS_DEFAULT } = configuration;
  return {
    keyReference,
    value: pinValue,
    enabled: (pinAttributes & 1) !== 0,
    changeable: (pinAttributes & 2) !== 0,
    switchable: (pinAttributes & 4) !== 0,
    unblockedBy: unblockingPINReference,
    ...counted(attempts),
  };
}

function counted(attempts: number): { readonly maximumAttempts: number; readonly attemptsLeft: number } {
  const [maximumAttempts, attemptsLeft] = [attempts >> 4, attempts & 0x0f];
  if (attemptsLeft > maximumAttempts)
    throw new ProfilePackageError('BAD_PARAMETER', 'more attempts are left than there are');
  return { maximumAttempts, attemptsLeft };
}
