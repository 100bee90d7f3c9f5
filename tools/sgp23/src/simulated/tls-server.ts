import type { TlsIdentity } from '@tegata/service-kit';
import { certificatePem } from '@tegata/x509';
import type { TlsServerCredential } from '@tegata/x509/testing';

/** What is shown in TLS, as a server takes it. */
export const tlsServer = ({ certificates, key }: TlsServerCredential): TlsIdentity => ({
  certificateChain: certificates.map(certificatePem).join(''),
  privateKey: String(key.privateKey.export({ type: 'pkcs8', format: 'pem' })),
});
