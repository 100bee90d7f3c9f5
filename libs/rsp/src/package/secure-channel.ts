import type { KeyObject } from 'node:crypto';
import { DerError, readHeader } from '@tegata/der';
import { Bsp } from '../cryptography/bsp.ts';
import { KeyAgreementError, type OneTimeKey } from '../cryptography/key-agreement.ts';
import { deriveSessionKeys } from '../cryptography/session-keys.ts';
import { signatureHolds } from '../cryptography/signature.ts';
import { signedData } from '../cryptography/signed-data.ts';
import { wipe } from '../cryptography/wipe.ts';
import { isSameTransactionId } from '../identifiers/transaction-id.ts';
import { InitialiseSecureChannelRequest, KEY_LENGTH, KEY_TYPE_AES, RemoteOpId } from '../objects/es8plus.ts';
import { BppError, type ErrorReasonName } from './bpp-error.ts';

/** What an eUICC knows of the session when the package arrives. */
export interface DownloadContext {
  readonly transactionId: Uint8Array;
  /** of the CERT.DPpb that was verified in PrepareDownload */
  readonly smdpPublicKey: KeyObject;
  /** otSK/otPK.EUICC.ECKA of this session; used once */
  readonly euiccOneTimeKey: OneTimeKey;
  /** own EID, 32 digits */
  readonly eid: string;
}

/**
 * ES8+.InitialiseSecureChannel on the eUICC: checks the request and agrees on the session keys (SGP.22 section 5.5.1).
 *
 * @param octets the object BF23 as received
 * @throws BppError
 */
export function initialiseSecureChannel(
  octets: Uint8Array,
  context: DownloadContext,
): { readonly request: InitialiseSecureChannelRequest; readonly bsp: Bsp } {
  const request = decode(octets);
  const { controlRefTemplate, smdpOtpk, smdpSign } = request;
  if (request.remoteOpId !== RemoteOpId.installBoundProfilePackage) throw refused('unsupportedRemoteOperationType');
  if (!isSameTransactionId(request.transactionId, context.transactionId)) throw refused('invalidTransactionId');
  const parts = signedData.smdpSign(signedPartOf(request), context.euiccOneTimeKey.publicKey);
  if (!signatureHolds(context.smdpPublicKey, smdpSign, parts)) throw refused('invalidSignature');
  if (controlRefTemplate.keyType[0] !== KEY_TYPE_AES || controlRefTemplate.keyLen[0] !== KEY_LENGTH) {
    throw refused('unsupportedCrtValues');
  }
  const sharedSecret = agree(context.euiccOneTimeKey, smdpOtpk);
  const keys = deriveSessionKeys(sharedSecret, { hostId: controlRefTemplate.hostId, eid: context.eid });
  const bsp = new Bsp(keys);
  wipe(sharedSecret, keys.initialMcv, keys.sEnc, keys.sMac);
  return { request, bsp };
}

/** What smdpSign is over, as it was received: the content of BF23 up to the signature. */
function signedPartOf({ raw, smdpSign }: InitialiseSecureChannelRequest): Uint8Array {
  return raw.subarray(readHeader(raw).headerLength, smdpSign.byteOffset - raw.byteOffset);
}

function decode(octets: Uint8Array): InitialiseSecureChannelRequest {
  try {
    return InitialiseSecureChannelRequest.decode(octets);
  } catch (cause) {
    if (cause instanceof DerError) throw refused('incorrectInputValues', cause);
    throw cause;
  }
}

function agree(own: OneTimeKey, other: Uint8Array): Uint8Array {
  try {
    return own.agree(other);
  } catch (cause) {
    if (cause instanceof KeyAgreementError) throw refused('incorrectInputValues', cause);
    throw cause;
  }
}

function refused(reason: ErrorReasonName, cause?: unknown): BppError {
  return new BppError('initialiseSecureChannel', reason, { cause });
}
