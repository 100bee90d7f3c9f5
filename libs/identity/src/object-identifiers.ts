/** Arc of Tegata's identity objects: 2.25.<UUID 1b05a975-78c3-4875-a197-e24c78207496> (ITU-T X.667). */
export const identityArc = '2.25.35918554404777717901460696993489777814';

/** Object identifiers of the certificate profile (docs/certificate-profile.md). */
export const identityOids = {
  /** extension: the EID, 16 octets */
  eid: `${identityArc}.1.1`,
  /** extension: SHA-256 of the eUICC's SubjectPublicKeyInfo */
  euiccKeyThumbprint: `${identityArc}.1.2`,
  /** extension: how, how well and when the identity was verified */
  verification: `${identityArc}.1.3`,
  /** extension: salted digests of the verified attributes */
  attributeDigests: `${identityArc}.1.4`,
  /** key purpose: to show that the holder of an eUICC is a person whose identity was verified */
  identityKeyPurpose: `${identityArc}.2.1`,
  /** certificate policy: issued by the rules of the profile, version 1 */
  identityPolicy: `${identityArc}.3.1`,
} as const;
