import type { Application, NonStandard, Rfm, SecurityDomain } from './elements/application.ts';
import { type AkaParameter, ALGORITHM, type AlgoParameter, type CdmaParameter } from './elements/authentication.ts';
import type { ElementOf, ProfileElement } from './elements/profile-element.ts';
import type { ProfileWarning } from './euicc-response.ts';
import { FileSystemBuilder, type FileSystemLimits } from './file-system/build-file-system.ts';
import type { FileSystem } from './file-system/file-system.ts';
import { ApplicationsInstaller } from './installed-applications.ts';
import { CodesInstaller, type Pin, type Puk } from './installed-codes.ts';
import { atElement, ProfilePackageError } from './profile-package-error.ts';

/** Octets of the keys of an algorithm (section 8.4.2). The test algorithm does not look at OPc. */
const KEY_SIZES: Readonly<Record<number, { readonly key: readonly number[]; readonly opc?: number }>> = {
  [ALGORITHM.milenage]: { key: [16], opc: 16 },
  [ALGORITHM.tuak]: { key: [16, 32], opc: 32 },
  [ALGORITHM.usimTestAlgorithm]: { key: [16] },
};

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
  private readonly codes = new CodesInstaller();
  private readonly applications = new ApplicationsInstaller();
  private readonly authentication = new Map<string, ElementOf<'akaParameter'>['body']>();
  private readonly cdma = new Map<string, CdmaParameter>();
  private readonly nonStandard: NonStandard[] = [];
  private readonly warnings: ProfileWarning[] = [];

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
        atElement({ identification }, () => this.codes.takePuks(element.body.pukCodes));
        break;
      case 'pinCodes':
        atElement({ identification }, () => this.codes.takePins(this.currentPath(), element.body));
        break;
      case 'akaParameter':
        atElement({ identification }, () => this.takeKeys(element.body));
        break;
      case 'cdmaParameter':
        this.cdma.set(this.applicationPath(), element.body);
        break;
      case 'securityDomain':
        atElement({ identification }, () => this.applications.takeSecurityDomain(element.body));
        break;
      case 'rfm':
        atElement({ identification }, () => this.applications.takeRfm(element.body));
        break;
      case 'application':
        atElement({ identification }, () => this.applications.takeApplication(element.body));
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
    this.codes.finish(fileSystem);
    const { pins, puks } = this.codes;
    const { securityDomains, rfm, applications } = this.applications;
    return {
      header: this.header,
      fileSystem,
      pins,
      puks,
      authentication: this.authentication,
      cdma: this.cdma,
      securityDomains,
      rfm,
      applications,
      nonStandard: this.nonStandard,
      warnings: [...this.warnings, ...this.files.warnings],
    };
  }

  private takeKeys(parameter: AkaParameter): void {
    const path = this.applicationPath();
    if (this.authentication.has(path))
      throw new ProfilePackageError('ELEMENT_REPEATED', `${path} has its keys already`);
    if (parameter.algoConfiguration.kind === 'algoParameter') requireKeySizes(parameter.algoConfiguration.value);
    this.authentication.set(path, parameter);
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

function requireKeySizes({ algorithmID, key, opc }: AlgoParameter): void {
  const sizes = KEY_SIZES[algorithmID];
  if (sizes === undefined || (sizes.key.includes(key.length) && (sizes.opc === undefined || sizes.opc === opc.length)))
    return;
  throw new ProfilePackageError('BAD_PARAMETER', 'keys have another length than their algorithm');
}
