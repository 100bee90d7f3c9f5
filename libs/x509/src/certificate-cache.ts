import { createHash } from 'node:crypto';
import { type Certificate, isSignedBy, parseCertificate } from './certificate.ts';

/**
 * Remembers what can't change: a certificate parsed from its octets, and that its signature holds under an issuer's key.
 * Validity dates and revocation are never remembered.
 *
 * Certificates that are many and seen once (of eUICCs) are better not put in; the EUM's are few and come with each of them.
 * The least recently used entries are dropped beyond `maximum` of each kind.
 */
export class CertificateCache {
  readonly #maximum: number;
  readonly #parsed = new Map<string, Certificate>();
  readonly #signed = new Map<string, true>();
  readonly #digests = new WeakMap<Certificate, string>();

  constructor(maximum = 256) {
    this.#maximum = maximum;
  }

  /** As `parseCertificate`. @throws CertificateError; failures are not remembered */
  parse(octets: Uint8Array): Certificate {
    const digest = createHash('sha256').update(octets).digest('base64');
    const known = this.#recall(this.#parsed, digest);
    if (known !== undefined) return known;
    const certificate = parseCertificate(octets);
    this.#digests.set(certificate, digest);
    this.#keep(this.#parsed, digest, certificate);
    return certificate;
  }

  /** As the function `isSignedBy`; only that a signature holds is remembered. */
  isSignedBy(certificate: Certificate, issuer: Certificate): boolean {
    const pair = `${this.#digest(certificate)} ${this.#digest(issuer)}`;
    if (this.#recall(this.#signed, pair) === true) return true;
    const holds = isSignedBy(certificate, issuer.publicKey);
    if (holds) this.#keep(this.#signed, pair, true);
    return holds;
  }

  #digest(certificate: Certificate): string {
    const known = this.#digests.get(certificate);
    if (known !== undefined) return known;
    const digest = createHash('sha256').update(certificate.raw).digest('base64');
    this.#digests.set(certificate, digest);
    return digest;
  }

  #recall<V>(map: Map<string, V>, key: string): V | undefined {
    const value = map.get(key);
    if (value === undefined) return undefined;
    map.delete(key);
    map.set(key, value);
    return value;
  }

  #keep<V>(map: Map<string, V>, key: string, value: V): void {
    map.set(key, value);
    if (map.size <= this.#maximum) return;
    const [oldest] = map.keys();
    if (oldest !== undefined) map.delete(oldest);
  }
}
