import {
  type Certificate,
  CertificateError,
  checkCriticalExtensions,
  checkDates,
  checkEndEntity,
  naming,
  parseCertificate,
} from '@tegata/x509';
import { checkChain } from './verify-identity-certificate.ts';

/**
 * Verifies the chain of a key that messages are sealed to, before anything is: to the identity root, in date, for key agreement,
 * and of the server it should be of.
 *
 * @param chain DER certificates, the key's first, then CAs up to but without the root
 * @param expected.identity URI in the subjectAltName, for example `spiffe://tegata.example/authentication`
 * @throws CertificateError about `encryption key`, or about the CA that is at fault
 */
export function verifyEncryptionCertificate(
  chain: readonly Uint8Array[],
  { root, identity, at }: { readonly root: Certificate; readonly identity: string; readonly at: Date },
): Certificate {
  return naming('encryption key', () => {
    const [certificate, ...intermediates] = chain.map(parseCertificate);
    if (certificate === undefined) throw new CertificateError('MALFORMED', 'chain is empty');
    for (const authority of checkChain(certificate, intermediates, root))
      naming('encryption key issuer', () => checkDates(authority, at));
    checkDates(certificate, at);
    checkCriticalExtensions(certificate);
    checkEndEntity(certificate, 'keyAgreement');
    const [uri, ...others] = certificate.subjectAltName?.uris ?? [];
    if (uri !== identity || others.length > 0) throw new CertificateError('MISSING_NAME', 'key of another server');
    return certificate;
  });
}
