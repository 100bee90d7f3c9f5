import { encodeTlv } from '@tegata/der';

/**
 * Who signs what (SGP.22 sections 2.6.5, 3.0.1, 5.5.1, 5.7). Each function takes objects as they travelled, with tag and
 * length, and gives the parts that are signed one after the other.
 *
 * Where a signature chains to the one before, it is over the whole object `5F37 40 ..` and not over its value.
 */
export const signedData = {
  /** CERT.DPauth or CERT.DSauth */
  serverSignature1: (serverSigned1: Uint8Array) => [serverSigned1],
  /** CERT.EUICC */
  euiccSignature1: (euiccSigned1: Uint8Array) => [euiccSigned1],
  /** CERT.DPpb */
  smdpSignature2: (smdpSigned2: Uint8Array, euiccSignature1: Uint8Array) => [smdpSigned2, euiccSignature1],
  /** CERT.EUICC */
  euiccSignature2: (euiccSigned2: Uint8Array, smdpSignature2: Uint8Array) => [euiccSigned2, smdpSignature2],
  /**
   * CERT.DPpb
   * @param signedPart the content of BF23 up to smdpSign: remoteOpId, transactionId, controlRefTemplate, smdpOtpk
   * @param euiccOtpk the point, 65 octets, which is signed as the object `5F49 41 ..`
   */
  smdpSign: (signedPart: Uint8Array, euiccOtpk: Uint8Array) => [signedPart, encodeTlv(0x5f49, euiccOtpk)],
  /** CERT.EUICC */
  euiccSignPIR: (profileInstallationResultData: Uint8Array) => [profileInstallationResultData],
  /** CERT.EUICC */
  euiccNotificationSignature: (tbsOtherNotification: Uint8Array) => [tbsOtherNotification],
  /** CERT.EUICC */
  euiccCancelSessionSignature: (euiccCancelSessionSigned: Uint8Array) => [euiccCancelSessionSigned],
} as const;
