import type { AuthenticateClientResponse } from '@tegata/contracts/gsma-rsp-v2';
import {
  confirmationCodeHash,
  hashCcOf,
  PrepareDownloadRequest,
  PrepareDownloadResponse,
  ProfileInstallationResult,
  SmdpSigned2,
  StoreMetadataRequest,
  splitBoundProfilePackage,
} from '@tegata/rsp';
import { boundMetadata } from './bound-metadata.ts';
import { authenticateMutually, type Device } from './common-mutual-authentication.ts';
import type { CallSettings, Es9Plus } from './es9plus.ts';
import type { Es10b, Es10c } from './es10.ts';
import { installationFailed, offerRefusedByEuicc } from './euicc-reasons.ts';
import { LpaError } from './lpa-error.ts';
import { asBuffer, sameOctets } from './octets.ts';
import { checkPolicyRules, type PolicyRuleTerms } from './policy-rules.ts';
import { reading, readObject } from './reading.ts';
import { cancelReasonOf, cancelSession } from './session-cancellation.ts';

/** Who takes part in a download on this side. */
export interface DownloadParties {
  readonly es10b: Es10b;
  readonly es10c: Pick<Es10c, 'getProfilesInfo'>;
  /** Reaches the SM-DP+ that the order names, directly or through a relay. */
  readonly es9Plus: Es9Plus;
  readonly device: Device;
}

/** A profile to download: from an activation code, or an event of an SM-DS. */
export interface DownloadOrder {
  /** Address (FQDN) of the SM-DP+. */
  readonly smdpAddress: string;
  /** AC token or event identifier; empty for a default order. */
  readonly matchingId: string;
  /** OID of the SM-DP+, where the activation code has it. */
  readonly smdpOid?: string;
}

/** What the user says to a profile; the last one where its policy rules are not wanted. */
export type Consent = 'install' | 'reject' | 'postpone' | 'policy-rules-not-allowed';

/** A stage of a download, when it begins. */
export type DownloadProgress =
  | { readonly stage: 'mutual-authentication' | 'consent' | 'confirmation-code' | 'prepare-download' | 'binding' }
  /** The bound profile package is there and goes to the eUICC. */
  | { readonly stage: 'loading'; readonly loadedPieces: number; readonly pieces: number };

/** Whom the procedure asks and tells. */
export interface DownloadUser {
  /**
   * Shows the profile, whose policy rules the eUICC allows; nothing was made for it in the eUICC yet. Throwing LpaError METADATA_MISMATCH
   * refuses it as not the one expected.
   */
  readonly consent: (metadata: StoreMetadataRequest, terms: PolicyRuleTerms) => Promise<Consent>;
  /** Asks for the confirmation code; undefined when the user does not want to give it. */
  readonly confirmationCode?: () => Promise<string | undefined>;
  /** Longest time for each answer of the user, in milliseconds; unlimited when absent. */
  readonly answerWithinMs?: number;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/** A profile that the eUICC has installed, disabled. */
export interface InstalledProfile {
  readonly iccid: string;
  readonly isdpAid: Uint8Array;
  /** Number of the notification that takes the result to the SM-DP+. */
  readonly seqNumber: number;
  readonly metadata: StoreMetadataRequest;
}

/**
 * Profile download and installation (SGP.22 section 3.1.3). Until the eUICC has a result, whatever stops the procedure on this
 * side cancels the session with its reason; once there is a result, success or not, it waits as a notification.
 *
 * @throws LpaError with the reasons of its table; refusals of the SM-DP+ as they come from the port
 */
export async function downloadProfile(
  parties: DownloadParties,
  order: DownloadOrder,
  user: DownloadUser,
  settings: CallSettings = {},
): Promise<InstalledProfile> {
  const { es10b, es9Plus, device } = parties;
  user.onProgress?.({ stage: 'mutual-authentication' });
  const { smdpAddress: address, smdpOid: oid, matchingId } = order;
  const server = { address, matchingId, ...(oid !== undefined && { oid }) };
  const authenticated = await authenticateMutually({ es10b, server: es9Plus, device }, server, settings);
  const { transactionId, authenticateServerResponse, refusal } = authenticated;
  if (refusal !== undefined) {
    // The SM-DP+ ends the session and tells the operator; what it answers changes nothing.
    await es9Plus.authenticateClient({ transactionId, authenticateServerResponse }, settings).catch(() => {});
    throw refusal;
  }
  try {
    const offer = await es9Plus.authenticateClient({ transactionId, authenticateServerResponse }, settings);
    return await installOffer(parties, transactionId, offer, user, settings);
  } catch (error) {
    const reason = cancelReasonOf(error, settings.signal);
    if (reason !== undefined) await cancelSession(parties, transactionId, reason);
    throw error;
  }
}

async function installOffer(
  { es10b, es10c, es9Plus }: DownloadParties,
  transactionId: Buffer,
  offer: AuthenticateClientResponse,
  user: DownloadUser,
  settings: CallSettings,
): Promise<InstalledProfile> {
  const malformed = 'SERVER_ANSWER_MALFORMED';
  const metadata = readObject(StoreMetadataRequest, offer.profileMetadata, malformed, 'profileMetadata');
  const signed = readObject(SmdpSigned2, offer.smdpSigned2, malformed, 'smdpSigned2');
  if (!sameOctets(offer.transactionId, transactionId) || !sameOctets(signed.transactionId, transactionId)) {
    throw new LpaError('TRANSACTION_ID_MISMATCH', 'the SM-DP+ made its offer for another transaction');
  }
  await askConsent(metadata, await checkPolicyRules({ es10b, es10c }, metadata), user);
  const hashCc = signed.ccRequiredFlag ? await askConfirmationCode(transactionId, user) : undefined;

  settings.signal?.throwIfAborted();
  user.onProgress?.({ stage: 'prepare-download' });
  const { smdpSigned2, smdpSignature2, smdpCertificate } = offer;
  const request = reading(malformed, 'the answer to authenticateClient', () =>
    PrepareDownloadRequest.encode({ smdpSigned2, smdpSignature2, hashCc, smdpCertificate }),
  );
  const prepareDownloadResponse = asBuffer(await es10b.prepareDownload(request));
  const binding = { transactionId, prepareDownloadResponse };
  const refusal = downloadRefusal(prepareDownloadResponse);
  if (refusal !== undefined) {
    await es9Plus.getBoundProfilePackage(binding, settings).catch(() => {});
    throw refusal;
  }

  user.onProgress?.({ stage: 'binding' });
  const bound = await es9Plus.getBoundProfilePackage(binding, settings);
  if (!sameOctets(bound.transactionId, transactionId)) {
    throw new LpaError('TRANSACTION_ID_MISMATCH', 'the SM-DP+ bound the profile for another transaction');
  }
  const { boundProfilePackage } = bound;
  const { pieces, metadataInside } = reading('PACKAGE_NOT_LOADABLE', 'the package', () => ({
    pieces: splitBoundProfilePackage(boundProfilePackage),
    metadataInside: boundMetadata(boundProfilePackage),
  }));
  if (!sameOctets(metadataInside, offer.profileMetadata)) {
    throw new LpaError('METADATA_MISMATCH', 'the profile has other metadata than the one that was offered');
  }
  const result = await load(es10b, pieces, user, settings.signal);
  return readResult(result, metadata);
}

async function askConsent(metadata: StoreMetadataRequest, terms: PolicyRuleTerms, user: DownloadUser): Promise<void> {
  user.onProgress?.({ stage: 'consent' });
  const consent = await withinTime(user.consent(metadata, terms), user.answerWithinMs);
  switch (consent) {
    case 'install':
      return;
    case 'reject':
      throw new LpaError('USER_REJECTED', 'The profile was rejected.');
    case 'postpone':
      throw new LpaError('USER_POSTPONED', 'The profile was put off.');
    case 'policy-rules-not-allowed':
      throw new LpaError('POLICY_RULES_NOT_ALLOWED', 'The user does not want the policy rules of the profile.');
  }
}

async function askConfirmationCode(transactionId: Uint8Array, user: DownloadUser): Promise<Uint8Array> {
  user.onProgress?.({ stage: 'confirmation-code' });
  const code = await withinTime(Promise.resolve(user.confirmationCode?.()), user.answerWithinMs);
  if (code === undefined) throw new LpaError('USER_REJECTED', 'No confirmation code was given.');
  return hashCcOf(confirmationCodeHash(code), transactionId);
}

async function withinTime<T>(answer: Promise<T>, milliseconds: number | undefined): Promise<T> {
  if (milliseconds === undefined) return answer;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new LpaError('USER_TIMEOUT', 'Nobody answered in time.');
    timer = setTimeout(() => reject(error), milliseconds);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

function downloadRefusal(prepareDownloadResponse: Uint8Array): LpaError | undefined {
  const response = readObject(
    PrepareDownloadResponse,
    prepareDownloadResponse,
    'EUICC_ANSWER_MALFORMED',
    'PrepareDownloadResponse',
  );
  if (response.kind === 'downloadResponseOk') return undefined;
  return offerRefusedByEuicc(response.value.downloadErrorCode);
}

/** Stops between two pieces when the signal says so: with the last one the profile is installed. */
async function load(
  es10b: Es10b,
  pieces: readonly Uint8Array[],
  user: DownloadUser,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  function* reporting(): Iterable<Uint8Array> {
    for (const [loadedPieces, piece] of pieces.entries()) {
      signal?.throwIfAborted();
      user.onProgress?.({ stage: 'loading', loadedPieces, pieces: pieces.length });
      yield piece;
    }
  }
  try {
    return await es10b.loadBoundProfilePackage(reporting());
  } catch (cause) {
    signal?.throwIfAborted();
    throw new LpaError('PACKAGE_NOT_LOADABLE', 'the profile could not be handed to the eUICC', { cause });
  }
}

function readResult(octets: Uint8Array, metadata: StoreMetadataRequest): InstalledProfile {
  const name = 'ProfileInstallationResult';
  const { profileInstallationResultData } = readObject(
    ProfileInstallationResult,
    octets,
    'EUICC_ANSWER_MALFORMED',
    name,
  );
  const { finalResult, notificationMetadata } = profileInstallationResultData;
  if (finalResult.kind === 'errorResult') {
    const { bppCommandId, errorReason } = finalResult.value;
    throw installationFailed(bppCommandId, errorReason);
  }
  const { seqNumber } = notificationMetadata;
  return { iccid: metadata.iccid, isdpAid: finalResult.value.aid, seqNumber, metadata };
}
