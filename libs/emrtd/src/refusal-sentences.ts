import type { EmrtdRefusalCode } from './emrtd-refusal.ts';

const readAgain = 'The chip could not be read completely. Hold the document to the reader again.';
const notTrusted = 'The chip of this document can not be verified. Use another document.';

/** What a person can do about a refused chip. */
export const refusalSentences: Readonly<Record<EmrtdRefusalCode, string>> = {
  CHIP_FILE_MALFORMED: readAgain,
  CHIP_ALGORITHM_UNSUPPORTED: 'The chip of this document uses cryptography that is not accepted. Use another document.',
  DOCUMENT_SIGNER_UNKNOWN: 'The issuer of this document is not among those that can be verified. Use another document.',
  DOCUMENT_SIGNER_NOT_YET_VALID: notTrusted,
  DOCUMENT_SIGNER_EXPIRED: 'The certificate of the issuer has expired. Use a newer document.',
  DOCUMENT_SIGNER_NOT_ALLOWED: notTrusted,
  DOCUMENT_SIGNER_REVOKED: 'The issuer has withdrawn the certificate of this document. Use another document.',
  REVOCATION_UNKNOWN: 'Whether this document is still good can not be told now. Try again later.',
  CHIP_SIGNATURE_INVALID: notTrusted,
  CHIP_CONTENT_ALTERED: notTrusted,
  DATA_GROUP_ALTERED:
    'The data of the chip are not those that were issued. Read the chip again, or use another document.',
  DATA_GROUP_NOT_SIGNED: notTrusted,
  CHIP_NOT_GENUINE:
    'The chip did not show that it is the one that was issued. Hold the document to the reader again, or use another document.',
  CHIP_CHALLENGE_DIFFERS:
    'The chip was asked for another contract, or too early. Leave the document at the reader while you apply.',
  CHIP_MRZ_UNSOUND: notTrusted,
  CHIP_DOCUMENT_EXPIRED: 'The document has expired. Use one that is valid.',
  CHIP_PORTRAIT_UNSUPPORTED: 'The portrait in the chip is in a form that can not be read. Use another document.',
  CHIP_PORTRAIT_UNUSABLE: 'The portrait in the chip can not be compared with a face. Use another document.',
};
