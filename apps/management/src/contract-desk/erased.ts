/** What nobody needs of a contract that has ended without a profile. */
export const erased = {
  nonce: null,
  applicant: null,
  sealedDocuments: null,
  identityProofRequest: null,
} as const;
