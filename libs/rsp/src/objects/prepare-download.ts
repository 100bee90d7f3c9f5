import { boolean, choice, type Decoded, explicit, integer, octets, optional, sequence, Universal } from '@tegata/der';
import { certificate, oneTimePublicKey, signature, transactionId } from './elements.ts';

/** ES10b.PrepareDownload: the offer of a profile and the key it is to be bound to (SGP.22 sections 3.1.3, 5.7.5). */

/** Octets of hashCc. */
export const HASH_CC_OCTETS = 32;
const hashCc = octets(Universal.OCTET_STRING, HASH_CC_OCTETS);

/** What smdpSignature2 is over, with the object of euiccSignature1 after it. */
export const SmdpSigned2 = sequence(0x30, {
  transactionId,
  ccRequiredFlag: boolean(Universal.BOOLEAN),
  /** one-time key the package was bound to in an earlier try */
  bppEuiccOtpk: optional(oneTimePublicKey),
});
export type SmdpSigned2 = Decoded<typeof SmdpSigned2>;

/** BF21: what the LPA gives the eUICC. */
export const PrepareDownloadRequest = sequence(0xbf21, {
  smdpSigned2: SmdpSigned2,
  smdpSignature2: signature,
  hashCc: optional(hashCc),
  smdpCertificate: certificate,
});
export type PrepareDownloadRequest = Decoded<typeof PrepareDownloadRequest>;

/** What euiccSignature2 is over, with the object of smdpSignature2 after it. */
export const EUICCSigned2 = sequence(0x30, {
  transactionId,
  euiccOtpk: oneTimePublicKey,
  hashCc: optional(hashCc),
});
export type EUICCSigned2 = Decoded<typeof EUICCSigned2>;

export const DownloadErrorCode = {
  invalidCertificate: 1,
  invalidSignature: 2,
  unsupportedCurve: 3,
  noSessionContext: 4,
  invalidTransactionId: 5,
  undefinedError: 127,
} as const;

export const PrepareDownloadResponseOk = sequence(0xa0, { euiccSigned2: EUICCSigned2, euiccSignature2: signature });
export type PrepareDownloadResponseOk = Decoded<typeof PrepareDownloadResponseOk>;

export const PrepareDownloadResponseError = sequence(0xa1, {
  transactionId,
  /** see `DownloadErrorCode` */
  downloadErrorCode: integer(Universal.INTEGER),
});
export type PrepareDownloadResponseError = Decoded<typeof PrepareDownloadResponseError>;

/** BF21: what the eUICC answers; goes to the SM-DP+ as it is. */
export const PrepareDownloadResponse = explicit(
  0xbf21,
  choice({ downloadResponseOk: PrepareDownloadResponseOk, downloadResponseError: PrepareDownloadResponseError }),
);
export type PrepareDownloadResponse = Decoded<typeof PrepareDownloadResponse>;
