/** Why key material can't be used. Stable. */
export type PkiErrorCode =
  /** a key or certificate the role needs is not in the directory */
  | 'MISSING'
  /** a private key file that can't be read: damaged, or the passphrase is wrong or absent */
  | 'KEY_UNREADABLE'
  /** a certificate file that can't be read */
  | 'CERTIFICATE_UNREADABLE'
  /** key and certificate in one folder do not belong together */
  | 'KEY_MISMATCH'
  /** the certificate does not verify under the root it should, or is for something else; `cause` tells more */
  | 'CERTIFICATE_REFUSED'
  /** the certificates of an SM-DP+ would be of two */
  | 'OTHER_SERVER';

/** Key material that is missing or can't be used. `entry` is the folder it is about, relative to the PKI directory. */
export class PkiError extends Error {
  readonly code: PkiErrorCode;
  readonly entry: string;

  constructor(code: PkiErrorCode, entry: string, reason: string, options?: { cause?: unknown }) {
    super(`${entry}: ${reason}`, options);
    this.name = 'PkiError';
    this.code = code;
    this.entry = entry;
  }
}
