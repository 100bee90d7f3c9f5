import type { Application, NonStandard, Rfm, SecurityDomain } from './elements/application.ts';
import type { CdmaParameter } from './elements/authentication.ts';
import {
  PIN_ATTEMPTS_DEFAULT,
  PIN_ATTRIBUTES_DEFAULT,
  type PinCodes,
  type PinConfiguration,
  PUK_ATTEMPTS_DEFAULT,
} from './elements/codes.ts';
import type { ElementOf, ProfileElement } from './elements/profile-element.ts';
import { FileSystemBuilder, type FileSystemLimits } from './file-system/build-file-system.ts';
import { type FileSystem, pathFromOctets } from './file-system/file-system.ts';
import { atElement, ProfilePackageError } from './profile-package-error.ts';

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

/** What the elements of a package amount to: the state in which an eUICC has a profile after installing it. */
export interface InstalledProfile {
  readonly header: ElementOf<'header'>['body'];
  readonly fileSystem: FileSystem;
  /** by path of the directory they are verified in (`3F00` for the MF), then by key reference */
  readonly pins: ReadonlyMap<string, ReadonlyMap<number, Pin>>;
  /** by key reference */
  readonly puks: ReadonlyMap<number, Puk>;
  /** by path of the ADF */
  readonly authentication: ReadonlyMap<string, ElementOf<'akaParameter'>['body']>;
  /** by path of the ADF */
  readonly cdma: ReadonlyMap<string, CdmaParameter>;
  /** the first is the MNO-SD */
  readonly securityDomains: readonly SecurityDomain[];
  readonly rfm: readonly Rfm[];
  readonly applications: readonly Application[];
  readonly nonStandard: readonly NonStandard[];
}

/**
 * Interprets elements in their order, as an eUICC does while it installs them.
 *
 * `take` may be called while the package is still arriving; the sequence of the elements is for the reader to check.
 */
export class ProfileInstaller {
  private readonly files: FileSystemBuilder;
  private header: ElementOf<'header'>['body'] | undefined;
  private readonly pins = new Map<string, ReadonlyMap<number, Pin>>();
  private readonly sharedPins: { readonly path: string; readonly with: string; readonly identification: number }[] = [];
  private readonly puks = new Map<number, Puk>();
  private readonly authentication = new Map<string, ElementOf<'akaParameter'>['body']>();
  private readonly cdma = new Map<string, CdmaParameter>();
  private readonly securityDomains: SecurityDomain[] = [];
  private readonly rfm: Rfm[] = [];
  private readonly applications: Application[] = [];
  private readonly nonStandard: NonStandard[] = [];

  constructor(limits?: FileSystemLimits) {
    this.files = new FileSystemBuilder(limits);
  }

  /** @throws ProfilePackageError */
  take(element: ProfileElement): void {
    const { identification } = element;
    switch (element.type) {
      case 'header':
        this.header = element.body;
        break;
      case 'pukCodes':
        atElement({ identification }, () => this.takePuks(element.body.pukCodes));
        break;
      case 'pinCodes':
        atElement({ identification }, () => this.takePins(element.body));
        break;
      case 'akaParameter':
        this.authentication.set(this.applicationPath(), element.body);
        break;
      case 'cdmaParameter':
        this.cdma.set(this.applicationPath(), element.body);
        break;
      case 'securityDomain':
        this.securityDomains.push(element.body);
        break;
      case 'rfm':
        this.rfm.push(element.body);
        break;
      case 'application':
        this.applications.push(element.body);
        break;
      case 'nonStandard':
        this.nonStandard.push(element.body);
        break;
      case 'unknown':
        if (element.mandated) {
          throw new ProfilePackageError('UNSUPPORTED_ELEMENT', 'an element of unknown type is mandatory', {
            identification,
          });
        }
        break;
      default:
        this.files.take(element);
    }
  }

  /** The profile, complete. @throws ProfilePackageError */
  finish(): InstalledProfile {
    if (this.header === undefined) throw new ProfilePackageError('HEADER_NOT_FIRST', 'there is no header');
    const fileSystem = this.files.finish();
    for (const shared of this.sharedPins) this.sharePins(fileSystem, shared);
    return {
      header: this.header,
      fileSystem,
      pins: this.pins,
      puks: this.puks,
      authentication: this.authentication,
      cdma: this.cdma,
      securityDomains: this.securityDomains,
      rfm: this.rfm,
      applications: this.applications,
      nonStandard: this.nonStandard,
    };
  }

  private takePuks(configurations: ElementOf<'pukCodes'>['body']['pukCodes']): void {
    for (const { keyReference, pukValue, attempts = PUK_ATTEMPTS_DEFAULT } of configurations) {
      if (this.puks.has(keyReference))
        throw new ProfilePackageError('ELEMENT_REPEATED', `PUK ${keyReference} is there twice`);
      this.puks.set(keyReference, { keyReference, value: pukValue, ...counted(attempts) });
    }
  }

  private takePins({ header, pinCodes }: PinCodes): void {
    const path = this.currentPath();
    if (pinCodes.kind === 'filePath') {
      this.sharedPins.push({ path, with: pathFromOctets(pinCodes.value), identification: header.identification });
      return;
    }
    const pins = new Map<number, Pin>();
    for (const configuration of pinCodes.value) {
      const pin = pinOf(configuration);
      if (pins.has(pin.keyReference))
        throw new ProfilePackageError('ELEMENT_REPEATED', `PIN ${pin.keyReference} is there twice`);
      if (pin.unblockedBy !== undefined && !this.puks.has(pin.unblockedBy)) {
        throw new ProfilePackageError('CODE_MISSING', `PIN ${pin.keyReference} has a PUK that is not there`);
      }
      pins.set(pin.keyReference, pin);
    }
    this.pins.set(path, pins);
  }

  private sharePins(fileSystem: FileSystem, shared: (typeof this.sharedPins)[number]): void {
    const target = fileSystem.directory(shared.with).path;
    const pins = this.pins.get(target);
    if (pins === undefined) {
      const { identification } = shared;
      throw new ProfilePackageError('CODE_MISSING', `there are no PINs at ${target}`, { identification });
    }
    this.pins.set(shared.path, pins);
  }

  private currentPath(): string {
    const directory = this.files.current;
    if (directory === undefined) throw new ProfilePackageError('ELEMENT_OUT_OF_ORDER', 'codes before the MF');
    return directory.path;
  }

  private applicationPath(): string {
    const directory = this.files.currentApplication;
    if (directory === undefined) throw new ProfilePackageError('ELEMENT_OUT_OF_ORDER', 'keys before an application');
    return directory.path;
  }
}

/** The profile that the elements of a package make. @throws ProfilePackageError */
export function interpretProfile(elements: readonly ProfileElement[], limits?: FileSystemLimits): InstalledProfile {
  const installer = new ProfileInstaller(limits);
  for (const element of elements) installer.take(element);
  return installer.finish();
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
  return { maximumAttempts: attempts >> 4, attemptsLeft: attempts & 0x0f };
}
