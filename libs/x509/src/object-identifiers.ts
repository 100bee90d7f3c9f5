/** Object identifiers of RFC 5280, RFC 5480 and RFC 5758, in dotted form. */
export const oids = {
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
  countryName: '2.5.4.6',
  localityName: '2.5.4.7',
  stateOrProvinceName: '2.5.4.8',
  organizationName: '2.5.4.10',
  organizationalUnitName: '2.5.4.11',

  ecPublicKey: '1.2.840.10045.2.1',
  prime256v1: '1.2.840.10045.3.1.7',
  brainpoolP256r1: '1.3.36.3.3.2.8.1.1.7',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',

  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',

  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',

  /** SGP.22 v3 Annex: issuer identification numbers an EUM is limited to, in place of nameConstraints. */
  permittedEins: '2.23.146.1.2.2.0',

  /** SGP.22 v2 Annex H: extensions of revocation lists for eUICCs. */
  expirationDate: '2.23.146.1.2.0.1',
  totalPartialCrlNumber: '2.23.146.1.2.0.2',
  partialCrlNumber: '2.23.146.1.2.0.3',
} as const;

/** Roles a certificate can have in remote SIM provisioning (SGP.22 v2, Annex I: certificate policies). */
export type CertificateRole = 'CI' | 'eUICC' | 'EUM' | 'DPtls' | 'DPauth' | 'DPpb' | 'DStls' | 'DSauth';

/** Policy identifier of each role. */
export const roleOids: Readonly<Record<CertificateRole, string>> = {
  CI: '2.23.146.1.2.1.0',
  eUICC: '2.23.146.1.2.1.1',
  EUM: '2.23.146.1.2.1.2',
  DPtls: '2.23.146.1.2.1.3',
  DPauth: '2.23.146.1.2.1.4',
  DPpb: '2.23.146.1.2.1.5',
  DStls: '2.23.146.1.2.1.6',
  DSauth: '2.23.146.1.2.1.7',
};
