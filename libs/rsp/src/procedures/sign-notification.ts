import type { KeyObject } from 'node:crypto';
import type { Encodable } from '@tegata/der';
import { type Certificate, type ChainOptions, type VerifiedEuicc, verifyEuiccChain } from '@tegata/x509';
import { type ImmediateSigner, signatureHolds, signObjectNow } from '../cryptography/signature.ts';
import { signedData } from '../cryptography/signed-data.ts';
import {
  NotificationMetadata,
  ProfileInstallationResult,
  ProfileInstallationResultData,
} from '../objects/installation-result.ts';
import { OtherSignedNotification } from '../objects/notifications.ts';
import { RspRefusal } from '../refusals/rsp-refusal.ts';
import type { EuiccCredential } from './authenticate-server.ts';
import { checkingCertificates } from './received.ts';

/** The octets of a ProfileInstallationResult, signed by the eUICC (SGP.22 section 2.5.6). */
export function signInstallationResult(
  data: Encodable<typeof ProfileInstallationResultData>,
  signer: ImmediateSigner,
): Uint8Array {
  const profileInstallationResultData = ProfileInstallationResultData.encode(data);
  const euiccSignPIR = signObjectNow(signer, signedData.euiccSignPIR(profileInstallationResultData));
  return ProfileInstallationResult.encode({ profileInstallationResultData, euiccSignPIR });
}

/** The octets of an OtherSignedNotification (SGP.22 section 3.5). */
export function signOtherNotification(
  metadata: Encodable<typeof NotificationMetadata>,
  { signer, euiccCertificate, eumCertificate }: EuiccCredential,
): Uint8Array {
  const tbsOtherNotification = NotificationMetadata.encode(metadata);
  const signature = signObjectNow(signer, signedData.euiccNotificationSignature(tbsOtherNotification));
  return OtherSignedNotification.encode({
    tbsOtherNotification,
    euiccNotificationSignature: signature,
    euiccCertificate,
    eumCertificate,
  });
}

/**
 * That the eUICC of the session signed an installation result.
 *
 * @throws RspRefusal `EUICC_SIGNATURE_INVALID`
 */
export function verifyInstallationResult(result: ProfileInstallationResult, euiccPublicKey: KeyObject): void {
  const parts = signedData.euiccSignPIR(result.profileInstallationResultData.raw);
  if (!signatureHolds(euiccPublicKey, result.euiccSignPIR, parts)) throw new RspRefusal('EUICC_SIGNATURE_INVALID');
}

/**
 * The eUICC that signed a notification, by the certificates that come with it.
 *
 * @throws RspRefusal
 */
export function verifyOtherNotification(
  notification: OtherSignedNotification,
  cis: readonly Certificate[],
  at: Date,
  options: ChainOptions = {},
): VerifiedEuicc {
  const { tbsOtherNotification, euiccNotificationSignature, euiccCertificate, eumCertificate } = notification;
  const chain = { euicc: euiccCertificate, eum: eumCertificate, cis, at };
  const verified = checkingCertificates(() => verifyEuiccChain(chain, options));
  const parts = signedData.euiccNotificationSignature(tbsOtherNotification.raw);
  if (!signatureHolds(verified.euicc.publicKey, euiccNotificationSignature, parts)) {
    throw new RspRefusal('EUICC_SIGNATURE_INVALID');
  }
  return verified;
}
