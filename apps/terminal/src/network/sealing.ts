import { sealEnvelope, verifyEncryptionCertificate } from '@tegata/identity';
import { serviceIdentity } from '@tegata/pki';
import { type Certificate, CertificateError } from '@tegata/x509';
import type { Seal } from '../application/ports.ts';
import { TerminalError } from '../terminal-error.ts';

/**
 * Seals for the authentication server. The carrier brings the chain of its key; only one that leads to the identity root and
 * names the authentication server is used, so that no carrier can put its own key there. ENCRYPTION_KEY_UNTRUSTED.
 */
export function sealingUnder(root: Certificate, now: () => Date): Seal {
  return (encryptionChain, purpose, binding, plaintext) => {
    const recipient = trusted(encryptionChain, root, now());
    return sealEnvelope({ recipient, purpose, binding, plaintext });
  };
}

function trusted(chain: readonly Uint8Array[], root: Certificate, at: Date): Certificate {
  try {
    return verifyEncryptionCertificate(chain, { root, identity: serviceIdentity('authentication'), at });
  } catch (cause) {
    if (!(cause instanceof CertificateError)) throw cause;
    const message = "The carrier's encryption key is not the authentication server's; nothing was sent to it.";
    throw new TerminalError('denied', 'ENCRYPTION_KEY_UNTRUSTED', message, { cause });
  }
}
