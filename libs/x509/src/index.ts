export * from './certificate.ts';
export * from './certificate-cache.ts';
export * from './certificate-checks.ts';
export * from './certificate-error.ts';
export {
  type BasicConstraints,
  type CertificateExtensions,
  type Extension,
  type KeyUsage,
  keyUsages,
} from './certificate-extensions.ts';
export * from './certificate-revocation-list.ts';
export * from './distinguished-name.ts';
export * from './eid.ts';
export * as elements from './element-building.ts';
export * from './euicc-certificate-chain.ts';
export type { GeneralNames } from './general-names.ts';
export {
  type CertificateContents,
  type CertificateIssue,
  type CertificateSigner,
  issueCertificate,
  randomSerialNumber,
  saysTheSame,
} from './issue-certificate.ts';
export * from './object-identifiers.ts';
export { type Curve, curveOf, keyIdentifier, nodeCurveNames, subjectPublicKeyInfo } from './public-key.ts';
export * from './rsp-server-certificate.ts';
export * from './trust-anchors.ts';
