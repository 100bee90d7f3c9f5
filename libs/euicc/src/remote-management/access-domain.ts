/** Access domain parameters (ETSI TS 102 226 section 8.2.1.3.2), the first octet of an access domain. */
const FULL = 0x00;
const UICC_ACCESS = 0x02;

/** ADM1, as packages in use write it: the first bit of the second of three octets. What the other bits stand for was not at hand; they grant nothing. */
const ADM1 = { octet: 1, bit: 0x01, keyReference: 0x0a };

/** What remote management may do with the files of a directory. */
export interface AccessDomain {
  /** whether anything may be done at all */
  readonly access: boolean;
  /** whether what needs this code may be done */
  grants(keyReference: number): boolean;
}

export const NO_ACCESS: AccessDomain = { access: false, grants: () => false };

/** Full access is everything but what is never allowed; a domain that is not understood is no access. */
export function parseAccessDomain(octets: Uint8Array): AccessDomain {
  const [parameter, ...data] = octets;
  if (parameter === FULL) return { access: true, grants: () => true };
  if (parameter !== UICC_ACCESS || data.length !== 3) return NO_ACCESS;
  const adm1 = ((data[ADM1.octet] ?? 0) & ADM1.bit) !== 0;
  return { access: true, grants: (keyReference) => adm1 && keyReference === ADM1.keyReference };
}
