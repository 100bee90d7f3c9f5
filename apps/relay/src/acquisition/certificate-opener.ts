import type { SealedEnvelope } from '@tegata/contracts/authentication-v1';
import { openEnvelope, sealPurposes } from '@tegata/identity';
import type { CertifiedKey } from '@tegata/pki';

/** S29: opens a certificate that authentication sealed to the relay's key under the digest of a data acquisition key. */
export function certificateOpener({ key }: CertifiedKey) {
  return (envelope: SealedEnvelope, dakDigest: Uint8Array): Promise<Uint8Array> =>
    openEnvelope({
      key,
      purpose: sealPurposes.identityCertificate,
      binding: Buffer.from(dakDigest).toString('hex'),
      envelope,
    });
}
