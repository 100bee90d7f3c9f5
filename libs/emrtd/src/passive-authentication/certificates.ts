/** Certificates, signatures and revocation lists of any algorithm of ICAO 9303-12: what other public key evidence has, too. */
export { EmrtdRefusal } from '../emrtd-refusal.ts';
export { AlgorithmIdentifier, anyObject, signatureAlgorithm, signatureHolds } from './algorithms.ts';
export {
  type Authorities,
  type AuthorityFiles,
  isListOf,
  readAuthorities,
  readAuthority,
  readListOf,
} from './authorities.ts';
export { bitOctets } from './bit-octets.ts';
export { type DocumentCertificate, readDocumentCertificate } from './certificate.ts';
export { oneInForce } from './csca-trust.ts';
export { type DocumentSignerCrl, readDocumentSignerCrl } from './revocation-list.ts';
