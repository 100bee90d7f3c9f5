import {
  type GetCertificateRequest,
  IssuedCertificate,
  type SealedEnvelope,
} from '@tegata/contracts/authentication-v1';
import { dataAcquisitionKeyDigest } from '@tegata/identity';
import { refusal } from '@tegata/service-kit';
import type { AuthenticationContext } from '../context.ts';
import { sealForRelay } from '../sealed.ts';
import { eidTag } from '../verification/eid-tag.ts';
import { openAttributes } from './attribute-openings.ts';
import { openCertificate } from './stored-certificate.ts';

/**
 * S28: finds the certificate registered under a data acquisition key for the EID that the relay has authenticated; S29: returns it sealed
 * to the relay, and keeps that it was fetched: what is kept of a face is kept for who has the certificate. Only the key itself opens it: its digest is stored by relay and carrier. Unknown, lapsed, revoked and another EID's are one answer.
 */
export async function getCertificate(
  context: Pick<AuthenticationContext, 'prisma' | 'clock' | 'keys' | 'vault' | 'eidTagKey'>,
  { dataAcquisitionKey, eid }: GetCertificateRequest,
): Promise<{ sealedCertificate: SealedEnvelope }> {
  const { prisma, clock, keys } = context;
  const dakDigest = new Uint8Array(dataAcquisitionKeyDigest(dataAcquisitionKey));
  const found = await prisma.identityCertificate.findUnique({ where: { dakDigest } });
  const acquirable =
    found?.certificate && found.attributeOpenings && !found.revokedAt && found.acquirableUntil > clock();
  if (!acquirable || !Buffer.from(found.eidTag).equals(eidTag(context.eidTagKey, eid))) {
    throw refusal('CERTIFICATE_NOT_FOUND');
  }
  const { serialNumber } = found;
  await prisma.identityCertificate.updateMany({
    where: { serialNumber, acquiredAt: null },
    data: { acquiredAt: clock() },
  });
  const issued = IssuedCertificate.encode({
    certificateChain: [Buffer.from(await openCertificate(context, found)), Buffer.from(keys.issuingCa.certificate.raw)],
    attributeOpenings: await openAttributes(context, found),
  }).finish();
  return { sealedCertificate: await sealForRelay(context, dakDigest, issued) };
}
