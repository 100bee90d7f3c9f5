import { EmrtdRefusal } from '../emrtd-refusal.ts';
import { type DocumentCertificate, readDocumentCertificate } from './certificate.ts';
import { type DocumentSignerCrl, readDocumentSignerCrl } from './revocation-list.ts';

/** Files of certification authorities that somebody has decided to believe, DER. */
export interface AuthorityFiles {
  /** self-signed and link certificates */
  readonly certificates: readonly Uint8Array[];
  readonly revocationLists?: readonly Uint8Array[];
}

/** The same, read: every certificate is one of a CA, every list is signed by one of them. */
export interface Authorities {
  readonly authorities: readonly DocumentCertificate[];
  readonly lists: readonly DocumentSignerCrl[];
}

/** @throws EmrtdRefusal for a file that is no certificate of a CA, or no list of one of them */
export function readAuthorities({ certificates, revocationLists = [] }: AuthorityFiles): Authorities {
  const authorities = certificates.map((octets, at) => readAuthority(`CA certificate ${at + 1}`, octets));
  const lists = revocationLists.map((octets, at) => readListOf(authorities, `revocation list ${at + 1}`, octets));
  return { authorities, lists };
}

/**
 * @param name for messages
 * @throws EmrtdRefusal for what is no certificate, or not one of a CA
 */
export function readAuthority(name: string, octets: Uint8Array): DocumentCertificate {
  const certificate = readDocumentCertificate(name, octets);
  if (certificate.ca && certificate.keyUsage?.includes('keyCertSign')) return certificate;
  throw new EmrtdRefusal('DOCUMENT_SIGNER_NOT_ALLOWED', `${name} is not one of a CA`);
}

/**
 * @param name for messages
 * @throws EmrtdRefusal for what is no list, or one that none of the CAs has signed
 */
export function readListOf(
  authorities: readonly DocumentCertificate[],
  name: string,
  octets: Uint8Array,
): DocumentSignerCrl {
  const list = readDocumentSignerCrl(name, octets);
  if (isListOf(authorities, list)) return list;
  throw new EmrtdRefusal('DOCUMENT_SIGNER_UNKNOWN', `${name} is signed by none of the CAs`);
}

/** Whether one of the CAs has signed the list. */
export const isListOf = (authorities: readonly DocumentCertificate[], list: DocumentSignerCrl): boolean =>
  authorities.some((ca) => same(ca.subject, list.issuer) && withoutUnsupported(() => list.isSignedBy(ca)));

/** A key of another kind than the signature's is only the key of another CA with this name. */
export function withoutUnsupported(check: () => boolean): boolean {
  try {
    return check();
  } catch (error) {
    if (error instanceof EmrtdRefusal && error.code === 'CHIP_ALGORITHM_UNSUPPORTED') return false;
    throw error;
  }
}

const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.from(one).equals(other);
