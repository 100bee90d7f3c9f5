import { refusal } from '@tegata/service-kit';
import type { AuthenticationContext } from '../context.ts';
import type { IdentityCertificate } from '../generated/client.ts';

/**
 * The valid certificate registered under a data acquisition key for this EID, if there is one.
 * @throws ServiceError PERMISSION_DENIED (DATA_ACQUISITION_KEY_UNUSABLE) when the key is already another EID's, or its
 *   certificate lapsed: a key is used once.
 */
export async function registeredCertificate(
  { prisma, clock }: AuthenticationContext,
  dakDigest: Uint8Array<ArrayBuffer>,
  tag: Uint8Array,
): Promise<IdentityCertificate | undefined> {
  const registered = await prisma.identityCertificate.findUnique({ where: { dakDigest } });
  if (!registered) return undefined;
  const usable = registered.certificate && !registered.revokedAt && registered.expiresAt > clock();
  if (!usable || !Buffer.from(registered.eidTag).equals(tag)) throw refusal('DATA_ACQUISITION_KEY_UNUSABLE');
  return registered;
}
