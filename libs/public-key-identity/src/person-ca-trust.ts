import {
  type Authorities,
  type AuthorityFiles,
  type DocumentCertificate,
  type DocumentSignerCrl,
  EmrtdRefusal,
  oneInForce,
  readAuthorities,
  signatureHolds,
} from '@tegata/emrtd/certificates';
import { PublicKeyRefusal } from './identity-refusal.ts';
import type { AskResponder } from './ocsp-client.ts';
import { nonceOctets } from './ocsp-messages.ts';
import { readOcspResponse } from './ocsp-response.ts';
import type { PersonCertificate } from './person-certificate.ts';

/** Whom an operator believes about persons, as files or read, and how it learns that a certificate is no longer good. */
export type PersonCaSettings = (AuthorityFiles | Authorities) & {
  /** policies of which a certificate has to have one; none: any */
  readonly policies?: readonly string[];
  /** absent: lists only */
  readonly responder?: AskResponder | undefined;
  readonly random: (octets: number) => Uint8Array;
};

/** Certificate authorities for persons. */
export class PersonCaTrust {
  private readonly authorities: readonly DocumentCertificate[];
  private readonly lists: readonly DocumentSignerCrl[];

  /** @throws EmrtdRefusal for a file that is no CA certificate, no list, or the list of somebody else */
  constructor(private readonly settings: PersonCaSettings) {
    const { authorities, lists } = 'lists' in settings ? settings : readAuthorities(settings);
    this.authorities = authorities;
    this.lists = lists;
  }

  /**
   * Issued by one of the CAs, in force, and for signatures of persons.
   * @throws PublicKeyRefusal
   */
  requireTrusted(certificate: PersonCertificate, at: Date): DocumentCertificate {
    const issuers = this.authorities.filter((ca) => same(ca.subject, certificate.issuer) && hasSigned(ca, certificate));
    const issuer = oneInForce(issuers, at);
    if (!issuer) throw refuse('ISSUER_UNKNOWN', 'no configured CA has issued the certificate');
    for (const { notBefore, notAfter } of [certificate, issuer]) {
      if (at < notBefore) throw refuse('NOT_YET_VALID', 'the certificate is not yet valid');
      if (at > notAfter) throw refuse('EXPIRED', 'the certificate has expired');
    }
    // nonRepudiation is what tells a certificate for signatures from one for logging in.
    if (certificate.ca || !certificate.keyUsage?.includes('nonRepudiation')) {
      throw refuse('NOT_ALLOWED', 'the certificate is not for signatures of a person');
    }
    const { policies = [] } = this.settings;
    if (policies.length > 0 && !policies.some((policy) => certificate.policies.includes(policy))) {
      throw refuse('NOT_ALLOWED', 'the certificate was issued under another policy');
    }
    return issuer;
  }

  /**
   * Not revoked, by the responder's word or a current list's. What any list has revoked stays so; a certificate that the responder
   * does not know is not good. A responder that does not answer leaves it to the lists.
   * @throws PublicKeyRefusal
   */
  async requireNotRevoked({ serialNumber }: PersonCertificate, issuer: DocumentCertificate, at: Date): Promise<void> {
    const lists = this.lists.filter((list) => same(list.issuer, issuer.subject));
    if (lists.some((list) => list.revokes(serialNumber)))
      throw refuse('REVOKED', 'a revocation list has the certificate');
    const said = await this.ask(serialNumber, issuer, at, (signer) => lists.some((list) => list.revokes(signer)));
    if (said === 'revoked') throw refuse('REVOKED', 'the responder says that the certificate is revoked');
    if (said === 'good') return;
    const current = lists.some(({ thisUpdate, nextUpdate }) => thisUpdate <= at && nextUpdate && at <= nextUpdate);
    if (said === 'unknown' || !current) throw refuse('STATUS_UNKNOWN', 'nobody says whether the certificate is good');
  }

  private async ask(
    serialNumber: Uint8Array,
    issuer: DocumentCertificate,
    at: Date,
    isRevoked: (signer: Uint8Array) => boolean,
  ) {
    const { responder, random } = this.settings;
    if (!responder) return undefined;
    const question = { serialNumber, issuer, nonce: random(nonceOctets) };
    try {
      return readOcspResponse(await responder(question), question, at, isRevoked);
    } catch {
      return undefined;
    }
  }
}

function hasSigned({ publicKey }: DocumentCertificate, { algorithm, tbs, signature }: DocumentCertificate): boolean {
  try {
    return signatureHolds(algorithm, publicKey, tbs, signature);
  } catch (error) {
    // A key of another kind: that of another CA with this name.
    if (error instanceof EmrtdRefusal) return false;
    throw error;
  }
}

type Short = 'ISSUER_UNKNOWN' | 'NOT_YET_VALID' | 'EXPIRED' | 'NOT_ALLOWED' | 'REVOKED' | 'STATUS_UNKNOWN';
const refuse = (code: Short, message: string): PublicKeyRefusal =>
  new PublicKeyRefusal(`PERSON_CERTIFICATE_${code}`, message);

const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.from(one).equals(other);
