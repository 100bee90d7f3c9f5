import { createHash } from 'node:crypto';
import type { Application, NonStandard, Rfm, SecurityDomain } from './elements/application.ts';
import { type AkaParameter, ALGORITHM, type AlgoParameter, type CdmaParameter } from './elements/authentication.ts';
import {
  PIN_ATTEMPTS_DEFAULT,
  PIN_ATTRIBUTES_DEFAULT,
  type PinCodes,
  type PinConfiguration,
  PUK_ATTEMPTS_DEFAULT,
} from './elements/codes.ts';
import type { ElementOf, ProfileElement } from './elements/profile-element.ts';
import type { ProfileWarning } from './euicc-response.ts';
import { FileSystemBuilder, type FileSystemLimits } from './file-system/build-file-system.ts';
import type { Directory } from './file-system/file-node.ts';
import { type FileSystem, pathFromOctets } from './file-system/file-system.ts';
import { atElement, ProfilePackageError } from './profile-package-error.ts';

const MF_PATH = '3F00';

/** Octets of the keys of an algorithm (section 8.4.2). The test algorithm does not look at OPc. */
const KEY_SIZES: Readonly<Record<number, { readonly key: readonly number[]; readonly opc?: number }>> = {
  [ALGORITHM.milenage]: { key: [16], opc: 16 },
  [ALGORITHM.tuak]: { key: [16, 32], opc: 32 },
  [ALGORITHM.usimTestAlgorithm]: { key: [16] },
};

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
  /** what was left out, and does not matter enough to refuse the profile */
  readonly warnings: readonly ProfileWarning[];
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
  private readonly warnings: ProfileWarning[] = [];
  private readonly aids = new Set<string>();
  private readonly loadPackages = new Set<string>();

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
        atElement({ identification }, () => this.takeKeys(element.body));
        break;
      case 'cdmaParameter':
        this.cdma.set(this.applicationPath(), element.body);
        break;
      case 'securityDomain':
        atElement({ identification }, () => this.register(element.body.instance.instanceAID));
        this.securityDomains.push(element.body);
        break;
      case 'rfm':
        atElement({ identification }, () => this.register(element.body.instanceAID));
        this.rfm.push(element.body);
        break;
      case 'application':
        atElement({ identification }, () => this.takeApplication(element.body));
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
        this.warnings.push({ code: 'UNSUPPORTED_ELEMENT', identification });
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
    this.requirePins(fileSystem);
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
      warnings: [...this.warnings, ...this.files.warnings],
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
    if (this.pins.has(path) || this.sharedPins.some((shared) => shared.path === path)) {
      throw new ProfilePackageError('ELEMENT_REPEATED', `${path} has its PINs already`);
    }
    if (pinCodes.kind === 'filePath') {
      this.sharedPins.push({ path, with: pathFromOctets(pinCodes.value), identification: header.identification });
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

  private takeKeys(parameter: AkaParameter): void {
    const path = this.applicationPath();
    if (this.authentication.has(path))
      throw new ProfilePackageError('ELEMENT_REPEATED', `${path} has its keys already`);
    if (parameter.algoConfiguration.kind === 'algoParameter') requireKeySizes(parameter.algoConfiguration.value);
    this.authentication.set(path, parameter);
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

  private sharePins(fileSystem: FileSystem, shared: (typeof this.sharedPins)[number]): void {
    const target = fileSystem.directory(shared.with).path;
    const pins = this.pins.get(target);
    if (pins === undefined) {
      const { identification } = shared;
      throw new ProfilePackageError('CODE_MISSING', `there are no PINs at ${target}`, { identification });
    }
    this.pins.set(shared.path, pins);
  }

  /** An AID stands for one thing in a profile: a load package, an instance, or the directory of an application. */
  private register(aid: Uint8Array): void {
    const name = Buffer.from(aid).toString('hex');
    if (this.aids.has(name)) throw new ProfilePackageError('FILE_EXISTS', `AID ${name} is there twice`);
    this.aids.add(name);
  }

  /** A load package with its instances; an instance of a package that came in an earlier element is one, too (8.7). */
  private takeApplication(application: Application): void {
    const { loadBlock, instanceList = [] } = application;
    if (loadBlock !== undefined) {
      requireHash(loadBlock);
      this.register(loadBlock.loadPackageAID);
      this.loadPackages.add(Buffer.from(loadBlock.loadPackageAID).toString('hex'));
    }
    for (const { applicationLoadPackageAID, instanceAID } of instanceList) {
      const name = Buffer.from(applicationLoadPackageAID).toString('hex');
      if (!this.loadPackages.has(name)) {
        throw new ProfilePackageError('UNSUPPORTED_APPLICATION', `there is no load package ${name}`);
      }
      this.register(instanceAID);
    }
    this.applications.push(application);
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

/** PIN2 and the like, and ADM6 to ADM10, belong to a directory; the others to the card. */
function isLocal(keyReference: number): boolean {
  return keyReference >= 0x80;
}

/** Hashes of load blocks by their length in octets (GlobalPlatform Card Specification section C.2). */
const HASHES: ReadonlyMap<number, string> = new Map([
  [20, 'sha1'],
  [32, 'sha256'],
  [48, 'sha384'],
  [64, 'sha512'],
]);

function requireHash({ hashValue, loadBlockObject }: NonNullable<Application['loadBlock']>): void {
  if (hashValue === undefined || hashValue.length === 0) return;
  const algorithm = HASHES.get(hashValue.length);
  if (algorithm === undefined || !createHash(algorithm).update(loadBlockObject).digest().equals(hashValue)) {
    throw new ProfilePackageError('BAD_PARAMETER', 'the load block is not the one of its hash');
  }
}

function requireKeySizes({ algorithmID, key, opc }: AlgoParameter): void {
  const sizes = KEY_SIZES[algorithmID];
  if (sizes === undefined || (sizes.key.includes(key.length) && (sizes.opc === undefined || sizes.opc === opc.length)))
    return;
  throw new ProfilePackageError('BAD_PARAMETER', 'keys have another length than their algorithm');
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
