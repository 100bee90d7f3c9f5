import type { Certificate } from './certificate.ts';
import { checkAuthority, checkCriticalExtensions, checkIssuedBy, checkRole } from './certificate-checks.ts';
import { CertificateError, naming } from './certificate-error.ts';

/**
 * Subject key identifiers of the published GSMA test CIs (SGP.26). Anyone can issue under them: their private keys are
 * public.
 */
export const testCiKeyIdentifiers: readonly string[] = [
  'F54172BDF98A95D65CBEB88A38A1C11D800A85C3',
  'C0BC70BA36929D43B467FF57570530E57AB8FCD8',
];

/** The CI public key identifier of the protocol: subjectKeyIdentifier, 20 octets as a rule. */
export function ciKeyIdentifier({ subjectKeyIdentifier }: Certificate): Uint8Array {
  if (subjectKeyIdentifier === undefined)
    throw new CertificateError('MALFORMED', 'CI without subjectKeyIdentifier', 'CI');
  return subjectKeyIdentifier;
}

/**
 * Checks that certificates can serve as certificate issuers (CI): self-signed, role CI, CA, allowed to sign certificates.
 * Dates are left to each use. The published test CIs are refused unless `acceptTestCis` says otherwise.
 *
 * @throws CertificateError about `CI`, with `TEST_CI` for a refused test CI
 */
export function trustAnchors(
  certificates: readonly Certificate[],
  { acceptTestCis = false }: { readonly acceptTestCis?: boolean } = {},
): readonly Certificate[] {
  for (const certificate of certificates) {
    naming('CI', () => {
      const identifier = Buffer.from(ciKeyIdentifier(certificate)).toString('hex').toUpperCase();
      if (!acceptTestCis && testCiKeyIdentifiers.includes(identifier))
        throw new CertificateError('TEST_CI', 'published test CI');
      // A root need not name itself as its authority.
      checkIssuedBy({ ...certificate, authorityKeyIdentifier: ciKeyIdentifier(certificate) }, certificate);
      checkRole(certificate, 'CI');
      checkCriticalExtensions(certificate);
      checkAuthority(certificate, 0);
    });
  }
  return Object.freeze([...certificates]);
}
