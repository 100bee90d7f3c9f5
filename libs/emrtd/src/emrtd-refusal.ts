/** Why the files of a chip prove nothing. Stable: recorded, and told to applicants. */
export type EmrtdRefusalCode =
  /** a file is not what ICAO 9303-10 says it is, or larger than any in use */
  | 'CHIP_FILE_MALFORMED'
  /** a digest or signature algorithm, or a key, that is not accepted */
  | 'CHIP_ALGORITHM_UNSUPPORTED'
  /** no configured CSCA has issued the document signer's certificate */
  | 'DOCUMENT_SIGNER_UNKNOWN'
  | 'DOCUMENT_SIGNER_NOT_YET_VALID'
  | 'DOCUMENT_SIGNER_EXPIRED'
  /** a certificate that may not sign documents */
  | 'DOCUMENT_SIGNER_NOT_ALLOWED'
  | 'DOCUMENT_SIGNER_REVOKED'
  /** revocation lists are asked for, and there is no current one of the signer's CSCA */
  | 'REVOCATION_UNKNOWN'
  /** the signature over EF.SOD does not hold */
  | 'CHIP_SIGNATURE_INVALID'
  /** EF.SOD was signed over something else than its content */
  | 'CHIP_CONTENT_ALTERED'
  /** a data group is not the one that was signed */
  | 'DATA_GROUP_ALTERED'
  /** EF.SOD has no digest of a data group that is needed */
  | 'DATA_GROUP_NOT_SIGNED'
  /** the chip did not answer the challenge with the key that its state has signed: the data are a copy */
  | 'CHIP_NOT_GENUINE'
  /** the chip has answered another challenge than the one that it is shown for */
  | 'CHIP_CHALLENGE_DIFFERS'
  /** the machine readable zone of DG1 has a wrong check digit or no dates */
  | 'CHIP_MRZ_UNSOUND'
  /** the document is past its expiry date */
  | 'CHIP_DOCUMENT_EXPIRED'
  /** a portrait in another form than JPEG or JPEG 2000 */
  | 'CHIP_PORTRAIT_UNSUPPORTED'
  /** a portrait that can't be decoded, or without one face large enough to compare: found where faces are compared, not here */
  | 'CHIP_PORTRAIT_UNUSABLE';

/** Files of a chip that are refused. The message names file and place and holds no octets of them. */
export class EmrtdRefusal extends Error {
  override readonly name = 'EmrtdRefusal';

  constructor(
    readonly code: EmrtdRefusalCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
