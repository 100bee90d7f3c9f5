export { PublicKeyRefusal, type PublicKeyRefusalCode, publicKeyRefusalSentences } from './identity-refusal.ts';
export { type AskResponder, ocspResponder } from './ocsp-client.ts';
export type { OcspQuestion } from './ocsp-response.ts';
export { type PersonCaSettings, PersonCaTrust } from './person-ca-trust.ts';
export type { PersonAttributes } from './person-certificate.ts';
export { type IdentityStatement, statementOctets } from './statement.ts';
export { type PublicKeyEvidence, type VerifiedPerson, verifyPublicKeyIdentity } from './verify-public-key-identity.ts';
