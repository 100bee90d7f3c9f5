import type { Certificate, CertificateRole } from '@tegata/x509';
import type { KeyStore } from './key-store.ts';

/** A certificate and the entry that it is to be put into. */
export interface PlannedCertificate {
  readonly entry: string;
  readonly role: CertificateRole;
  readonly certificate: Certificate;
}

/** Of an SM-DP+ both certificates that eUICCs verify are of one registeredID (SGP.22 section 4.5.2.1). */
const partners: Readonly<Partial<Record<CertificateRole, { readonly role: CertificateRole; readonly name: string }>>> =
  {
    DPauth: { role: 'DPpb', name: 'dp-pb' },
    DPpb: { role: 'DPauth', name: 'dp-auth' },
  };

/**
 * In a sentence, how a certificate is of another SM-DP+ than the one that will stand beside it: planned with it, or in
 * place already. No server would load the two.
 *
 * @returns `undefined` when they are of one server, or it stands alone
 */
export async function otherServerBeside(
  store: KeyStore,
  { entry, role, certificate }: PlannedCertificate,
  planned: readonly PlannedCertificate[],
): Promise<string | undefined> {
  const partner = partners[role];
  if (partner === undefined) return undefined;
  const place = entry.replace(/[^/]+$/, partner.name);
  const beside =
    planned.find((each) => each.entry === place)?.certificate ??
    ((await store.has(place)) ? await store.certificate(place) : undefined);
  if (beside === undefined || oidOf(beside) === oidOf(certificate)) return undefined;
  return `this CERT.${role} is of the SM-DP+ ${oidOf(certificate)}, the CERT.${partner.role} beside it of ${oidOf(beside)}`;
}

/** The registeredID, of which a server's certificate has one. */
const oidOf = ({ subjectAltName }: Certificate) => subjectAltName?.registeredIds[0];
