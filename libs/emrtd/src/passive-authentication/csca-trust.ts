import { EmrtdRefusal } from '../emrtd-refusal.ts';
import { signatureHolds } from './algorithms.ts';
import { type Authorities, type AuthorityFiles, readAuthorities, withoutUnsupported } from './authorities.ts';
import type { DocumentCertificate } from './certificate.ts';
import type { DocumentSignerCrl } from './revocation-list.ts';

/** What document signers are believed by: country signing CAs and their revocation lists, as files or read. */
export type CscaSettings = (AuthorityFiles | Authorities) & {
  /** whether a signer is refused for which there is no current revocation list; else what lists there are is looked at */
  readonly revocationRequired?: boolean;
};

/** Country signing CAs and their revocation lists, read once. Where they come from is the operator's trust decision. */
export class CscaTrust {
  private readonly authorities: readonly DocumentCertificate[];
  private readonly lists: readonly DocumentSignerCrl[];
  private readonly revocationRequired: boolean;

  /**
   * @throws EmrtdRefusal for a file that is no certificate or list, for a certificate that is no CA's, and for a list that
   * none of the CAs has signed
   */
  constructor(settings: CscaSettings) {
    const { authorities, lists } = 'lists' in settings ? settings : readAuthorities(settings);
    this.authorities = authorities;
    this.lists = lists;
    this.revocationRequired = settings.revocationRequired ?? false;
  }

  /**
   * Checks that a document signer's certificate is of one of the CSCAs, in force, for signing, and not revoked.
   *
   * @throws EmrtdRefusal `DOCUMENT_SIGNER_*`, `REVOCATION_UNKNOWN`
   */
  requireTrusted(signer: DocumentCertificate, at: Date): void {
    const named = this.authorities.filter(({ subject }) => same(subject, signer.issuer));
    const issuer = oneInForce(
      named.filter(({ publicKey }) => isIssuedUnder(signer, publicKey)),
      at,
    );
    if (!issuer) throw new EmrtdRefusal('DOCUMENT_SIGNER_UNKNOWN', 'no configured CSCA has issued the document signer');
    for (const { notBefore, notAfter } of [signer, issuer]) {
      if (at < notBefore) throw new EmrtdRefusal('DOCUMENT_SIGNER_NOT_YET_VALID', 'document signer is not yet valid');
      if (at > notAfter) throw new EmrtdRefusal('DOCUMENT_SIGNER_EXPIRED', 'document signer has expired');
    }
    if (signer.ca || !signer.keyUsage?.includes('digitalSignature')) {
      throw new EmrtdRefusal('DOCUMENT_SIGNER_NOT_ALLOWED', 'certificate is not one of a document signer');
    }
    this.requireNotRevoked(signer, at);
  }

  private requireNotRevoked(signer: DocumentCertificate, at: Date): void {
    const lists = this.lists.filter(({ issuer }) => same(issuer, signer.issuer));
    if (lists.some((list) => list.revokes(signer.serialNumber))) {
      throw new EmrtdRefusal('DOCUMENT_SIGNER_REVOKED', 'document signer has been revoked');
    }
    const current = lists.some(({ thisUpdate, nextUpdate }) => thisUpdate <= at && nextUpdate && at <= nextUpdate);
    if (this.revocationRequired && !current) {
      throw new EmrtdRefusal('REVOCATION_UNKNOWN', 'there is no current revocation list of the CSCA');
    }
  }
}

/** Of certificates with the same name and key (renewed, or a link certificate) one that is in force, if any is. */
export const oneInForce = (certificates: readonly DocumentCertificate[], at: Date): DocumentCertificate | undefined =>
  certificates.find(({ notBefore, notAfter }) => notBefore <= at && at <= notAfter) ?? certificates[0];

function isIssuedUnder(
  { algorithm, tbs, signature }: DocumentCertificate,
  key: DocumentCertificate['publicKey'],
): boolean {
  return withoutUnsupported(() => signatureHolds(algorithm, key, tbs, signature));
}

const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.from(one).equals(other);
