/** Object identifiers of EF.SOD and of what signs it. */
export const oids = {
  /** id-icao-mrtd-security-ldsSecurityObject, ICAO 9303-10 section 4.6.2 */
  ldsSecurityObject: '2.23.136.1.1.1',
  /** RFC 5652 sections 5, 11.1 and 11.2 */
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  /** RFC 5280 section 4.2.1 */
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
} as const;
