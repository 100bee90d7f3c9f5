import { DerError, type Encodable } from '@tegata/der';
import { encodeFailureResponse, type InstalledProfile, ProfilePackageError } from '@tegata/profile-package';
import {
  BoundProfilePackageReader,
  BppCommandId,
  BppError,
  type BppEvent,
  type ConfigureISDPRequest,
  FIRST_ISD_P,
  isdpAidOf,
  LAST_ISD_P,
  ProfileInstallationResult,
  type ProfileInstallationResultData,
  type StoreMetadataRequest,
  signInstallationResult,
  toHex,
} from '@tegata/rsp';
import type { Transaction } from '../memory/memory.ts';
import { storeProfile } from '../profile/store-profile.ts';
import type { IsdRContext } from './context.ts';
import { isdpRecord, oneTimeKeyRecord } from './isd-r-records.ts';
import { ProfileElementsError, ProfileElementsLoader, successResponse } from './load-profile-elements.ts';
import { nextSeqNumber, notifyInstallation } from './notification-store.ts';
import { freeForProfiles } from './profile-memory.ts';
import type { PreparedSession } from './session.ts';
import { checkMetadata } from './store-metadata.ts';

/**
 * Longest segment taken. An SM-DP+ may make them 1020 octets long; a widespread one makes them 1036, and nothing is lost by
 * reading these, too.
 */
const MAXIMUM_SEGMENT_OCTETS = 2048;
/** Less than this holds no profile. */
const SMALLEST_PROFILE_OCTETS = 4096;

type FinalResult = Exclude<Encodable<typeof ProfileInstallationResultData>, Uint8Array>['finalResult'];

/**
 * ES10b.LoadBoundProfilePackage (SGP.22 section 5.7.6): one installation, from the first piece of the package to its result.
 *
 * Until the package is complete everything is volatile. The profile, the result as a notification and the end of the
 * one-time key are one commit: when the power is lost, the eUICC is as before the first piece or has the profile.
 */
export class ProfileInstallation {
  private readonly reader: BoundProfilePackageReader;
  private configuration: ConfigureISDPRequest | undefined;
  private metadata: StoreMetadataRequest | undefined;
  private elements: ProfileElementsLoader | undefined;

  constructor(
    private readonly context: IsdRContext,
    private readonly session: PreparedSession,
  ) {
    const { ecasd } = context;
    this.reader = new BoundProfilePackageReader(
      { ...session.download, eid: ecasd.eid },
      { maximumSegmentOctets: MAXIMUM_SEGMENT_OCTETS },
    );
  }

  /**
   * Takes the next piece. A result ends the installation: DER of ProfileInstallationResult, tag BF37, which is pending as a
   * notification, too.
   *
   * @throws MemoryError when the memory fails
   */
  async load(piece: Uint8Array): Promise<Uint8Array | undefined> {
    try {
      let profile: InstalledProfile | undefined;
      for (const event of this.reader.push(piece)) profile = this.take(event) ?? profile;
      return profile === undefined ? undefined : await this.complete(profile);
    } catch (error) {
      if (!(error instanceof BppError)) throw error;
      return this.fail(error);
    }
  }

  /** Gives the installation up because its package does not go on. */
  async interrupt(): Promise<Uint8Array> {
    return this.fail(new BppError(this.reader.command, 'installFailedDueToInterruption'));
  }

  /** Octets of working memory that the installation takes at this moment. */
  get volatileOctets(): number {
    return this.elements?.volatileOctets ?? 0;
  }

  private take(event: BppEvent): InstalledProfile | undefined {
    switch (event.kind) {
      case 'initialiseSecureChannel':
      case 'replaceSessionKeys':
        return undefined;
      case 'configureIsdp':
        if (freeForProfiles(this.context.memory) < SMALLEST_PROFILE_OCTETS) {
          throw new BppError('configureISDP', 'installFailedDueToInsufficientMemoryForProfile');
        }
        this.configuration = event.request;
        return undefined;
      case 'storeMetadata':
        this.metadata = event.request;
        checkMetadata(this.context, event.request);
        this.elements = new ProfileElementsLoader(event.request, freeForProfiles(this.context.memory));
        return undefined;
      case 'profileElements':
        this.elements?.push(event.octets);
        return undefined;
      case 'end':
        return this.elements?.finish();
    }
  }

  private async complete(profile: InstalledProfile): Promise<Uint8Array> {
    const { memory } = this.context;
    memory.hold(0);
    const aid = this.freeAid();
    const result = this.signResult({ kind: 'successResult', value: { aid, simaResponse: successResponse(profile) } });
    const store = (t: Transaction): void => {
      this.storeIsdP(t, toHex(aid));
      storeProfile(t, toHex(aid), profile);
      this.end(t, result, true);
    };
    if (storable(() => memory.sizeOf(store)) > freeForProfiles(memory)) {
      throw new ProfileElementsError('installFailedDueToInsufficientMemoryForProfile');
    }
    await memory.commit(store);
    return result;
  }

  private storeIsdP(t: Transaction, aid: string): void {
    const { metadata, configuration } = this;
    if (metadata === undefined || configuration === undefined) {
      throw new BppError('loadProfileElements', 'installFailedDueToUnknownError');
    }
    const { smdpOid } = this.session.download;
    t.put(isdpRecord, aid, {
      enabled: false,
      smdpOid,
      metadata: metadata.raw,
      configuration: configuration.raw,
    });
  }

  private async fail(error: BppError): Promise<Uint8Array> {
    this.reader.wipe();
    const { bppCommandId, errorReason } = error;
    const simaResponse = error instanceof ProfileElementsError ? error.simaResponse : undefined;
    const result = this.signResult({ kind: 'errorResult', value: { bppCommandId, errorReason, simaResponse } });
    const keyUsed = bppCommandId !== BppCommandId.initialiseSecureChannel;
    // The room that was held is for this result.
    this.context.memory.hold(0);
    await this.context.memory.commit((t) => this.end(t, result, keyUsed));
    return result;
  }

  /** What every end of an installation has: the result is pending, and a one-time key that was used serves no more. */
  private end(t: Transaction, result: Uint8Array, keyUsed: boolean): void {
    const { profileInstallationResultData } = ProfileInstallationResult.decode(result);
    notifyInstallation(t, profileInstallationResultData, result);
    if (keyUsed) t.delete(oneTimeKeyRecord, '');
  }

  private signResult(finalResult: FinalResult): Uint8Array {
    const { server, download } = this.session;
    return signInstallationResult(
      {
        transactionId: download.transactionId,
        notificationMetadata: {
          seqNumber: nextSeqNumber(this.context),
          profileManagementOperation: ['install'],
          notificationAddress: server.serverAddress,
          iccid: this.metadata?.iccid,
        },
        smdpOid: download.smdpOid,
        finalResult,
      },
      server.credential.signer,
    );
  }

  /** The lowest AID that no ISD-P has. */
  private freeAid(): Uint8Array {
    const taken = new Set([...this.context.memory.list(isdpRecord)].map(({ identifier }) => identifier));
    for (let number = FIRST_ISD_P; number <= LAST_ISD_P; number++) {
      const aid = isdpAidOf(number);
      if (!taken.has(toHex(aid))) return aid;
    }
    throw new ProfileElementsError('installFailedDueToInsufficientMemoryForProfile');
  }
}

/** Runs the encoding of a profile: a value in it that no card could hold is the package's fault. */
function storable<T>(encode: () => T): T {
  try {
    return encode();
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    const error = new ProfilePackageError('BAD_PARAMETER', 'a value that no file or code can have', { cause });
    const reason = 'installFailedDueToPEProcessingError';
    throw new ProfileElementsError(reason, encodeFailureResponse(error), { cause });
  }
}
