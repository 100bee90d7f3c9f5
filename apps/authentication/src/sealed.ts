import type { SealedEnvelope } from '@tegata/contracts/authentication-v1';
import { openEnvelope, SealedEnvelopeError, type SealPurpose, sealEnvelope, sealPurposes } from '@tegata/identity';
import { refusal } from '@tegata/service-kit';
import type { AuthenticationContext } from './context.ts';

/**
 * Opens what a terminal or carrier sealed to this server for a contract.
 * @throws ServiceError INVALID_ARGUMENT (ENVELOPE_UNREADABLE), also for one of another purpose or contract.
 */
export async function openSealed(
  { keys }: AuthenticationContext,
  purpose: SealPurpose,
  contractId: string,
  envelope: SealedEnvelope,
): Promise<Uint8Array> {
  try {
    return await openEnvelope({ key: keys.encryption.key, purpose, binding: contractId, envelope });
  } catch (cause) {
    if (cause instanceof SealedEnvelopeError) throw refusal('ENVELOPE_UNREADABLE', { cause });
    throw cause;
  }
}

/** S29: seals an issued certificate to the relay, bound to the digest of its data acquisition key. */
export function sealForRelay(
  { keys }: Pick<AuthenticationContext, 'keys'>,
  dataAcquisitionKeyDigest: Uint8Array,
  issuedCertificate: Uint8Array,
): Promise<SealedEnvelope> {
  return sealEnvelope({
    recipient: keys.relayEncryption,
    purpose: sealPurposes.identityCertificate,
    binding: Buffer.from(dataAcquisitionKeyDigest).toString('hex'),
    plaintext: issuedCertificate,
  });
}
