export { PublicKeyRefusal, type PublicKeyRefusalCode, publicKeyRefusalSentences } from './identity-refusal.ts';
export { type AskResponder, ocspResponder } from './ocsp-client.ts';
export { encodeOcspRequest, OcspError, type OcspQuestion, readOcspResponse } from './ocsp-response.ts';
export { type PersonCaSettings, PersonCaTrust } from './person-ca-trust.ts';
export { type PersonAttributes, readPersonCertificate } from './person-certificate.ts';
export { type IdentityStatement, statementOctets } from './statement.ts';
export { type PublicKeyEvidence, type VerifiedPerson, verifyPublicKeyIdentity } from './verify-public-key-identity.ts';
