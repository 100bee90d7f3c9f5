import {
  algorithmOf,
  atElement,
  configurationOf,
  encodeFailureResponse,
  encodeSuccessResponse,
  FILE_TEMPLATES,
  type InstalledProfile,
  type ProfileElement,
  ProfileInstaller,
  ProfilePackageError,
  ProfilePackageReader,
  requireSupport,
} from '@tegata/profile-package';
import {
  BppError,
  type ErrorReasonName,
  ProfileClass,
  type StoreMetadataRequest,
  unpackIccidInOrder,
} from '@tegata/rsp';
import { SERVICES_TAKEN } from './euicc-information.ts';
import { VOLATILE_MEMORY_OCTETS } from './profile-memory.ts';
import { withoutLackingServices } from './usim-services.ts';

/** First 14 octets of the keys that are public and good for tests alone: 00 01 .. 0D (GSMA TS.48). */
const TEST_KEY_PREFIX = Buffer.from(Array.from({ length: 14 }, (_, i) => i));

/** Failures that are a lack of room, whatever element they come from. */
const TOO_LARGE: ReadonlySet<string> = new Set(['ELEMENT_TOO_LARGE', 'PACKAGE_TOO_LARGE', 'FILE_SYSTEM_TOO_LARGE']);

/** An installation that failed in its profile elements, with what the operator is told about them. */
export class ProfileElementsError extends BppError {
  /** DER of EUICCResponse; absent when no element is to blame */
  readonly simaResponse: Uint8Array | undefined;

  constructor(reason: ErrorReasonName, simaResponse?: Uint8Array, options?: ErrorOptions) {
    super('loadProfileElements', reason, options);
    this.name = 'ProfileElementsError';
    this.simaResponse = simaResponse;
  }
}

/**
 * ES8+.LoadProfileElements (SGP.22 section 5.5.5): interprets elements as they arrive, without touching the memory.
 */
export class ProfileElementsLoader {
  private readonly reader: ProfilePackageReader;
  private readonly installer: ProfileInstaller;

  /** @param room octets that the profile may take */
  constructor(
    private readonly metadata: StoreMetadataRequest,
    room: number,
  ) {
    this.reader = new ProfilePackageReader({ packageOctets: room, elementOctets: VOLATILE_MEMORY_OCTETS });
    this.installer = new ProfileInstaller({ octets: room });
  }

  /** @throws ProfileElementsError */
  push(octets: Uint8Array): void {
    refusing(() => {
      for (const element of this.reader.push(octets)) this.take(element);
    });
  }

  /** The complete profile. @throws ProfileElementsError */
  finish(): InstalledProfile {
    return refusing(() => {
      this.reader.finish();
      const profile = this.installer.finish();
      for (const parameter of profile.authentication.values()) {
        // Here, not when a terminal first asks: an algorithm that is lacking is a reason not to install.
        const { identification } = parameter.header;
        atElement({ identification }, () => configurationOf(parameter, algorithmOf(profile, parameter)));
      }
      if (this.metadata.profileClass === ProfileClass.test) requireTestKeys(profile);
      withoutLackingServices(profile.fileSystem);
      return profile;
    });
  }

  /** Octets of working memory that the unfinished element takes. */
  get volatileOctets(): number {
    return this.reader.pendingOctets;
  }

  private take(element: ProfileElement): void {
    if (element.type === 'header') {
      requireSupport(element.body, { services: SERVICES_TAKEN, templates: FILE_TEMPLATES });
      if (iccidOf(element.body.iccid) !== this.metadata.iccid) {
        throw new ProfileElementsError('installFailedDueToIccidMismatch');
      }
    }
    this.installer.take(element);
  }
}

/** What the operator is told of a complete installation: elements that were left out, and success. */
export function successResponse({ warnings }: InstalledProfile): Uint8Array {
  return encodeSuccessResponse(warnings);
}

/** A profile for tests must not be able to reach a real network: its keys are the published ones. */
function requireTestKeys(profile: InstalledProfile): void {
  for (const parameter of profile.authentication.values()) {
    const { key } = algorithmOf(profile, parameter);
    if (!TEST_KEY_PREFIX.equals(key.subarray(0, TEST_KEY_PREFIX.length))) {
      throw new ProfileElementsError('testProfileInstallFailedDueToInvalidNaaKey');
    }
  }
}

function iccidOf(octets: Uint8Array): string | undefined {
  try {
    return unpackIccidInOrder(octets);
  } catch {
    return undefined;
  }
}

function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof ProfilePackageError)) throw cause;
    const reason = TOO_LARGE.has(cause.code)
      ? 'installFailedDueToInsufficientMemoryForProfile'
      : 'installFailedDueToPEProcessingError';
    throw new ProfileElementsError(reason, encodeFailureResponse(cause), { cause });
  }
}
