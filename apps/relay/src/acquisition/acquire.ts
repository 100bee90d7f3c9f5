import { IssuedCertificate, type SealedEnvelope } from '@tegata/contracts/authentication-v1';
import type { AcquireRequest, AcquireResponse } from '@tegata/contracts/relay-v1';
import { dataAcquisitionKeyDigest } from '@tegata/identity';
import { decodeServiceError, refusal } from '@tegata/service-kit';
import type { PatentContext } from '../context.ts';
import type { Event } from '../generated/client.ts';

/**
 * S27/S53: shows the data acquisition key. S28-S29: the certificate is fetched and opened; S32/S56: answers with it and
 * the route. What is not there, used up, lapsed or of another eUICC is one answer.
 */
export async function acquire(context: PatentContext, request: AcquireRequest): Promise<AcquireResponse> {
  const { prisma, clock } = context;
  const transactionId = new Uint8Array(request.transactionId);
  const session = await prisma.es11Session.findUnique({ where: { transactionId } });
  if (!session?.eid || session.expiresAt <= clock()) throw refusal('SESSION_UNKNOWN');
  const dakDigest = new Uint8Array(dataAcquisitionKeyDigest(request.dataAcquisitionKey));
  const event = await prisma.event.findUnique({ where: { dakDigest } });
  if (!event || event.eid !== session.eid || event.expiresAt <= clock()) throw refusal('NOTHING_TO_ACQUIRE');
  return {
    eventId: event.eventId,
    rspServerAddress: event.rspServerAddress,
    certificate: event.withCertificate
      ? await fetchCertificate(context, event, { dataAcquisitionKey: request.dataAcquisitionKey, dakDigest })
      : undefined,
  };
}

async function fetchCertificate(
  { authentication, flow, openCertificate }: PatentContext,
  { contractId, eid }: Event,
  { dataAcquisitionKey, dakDigest }: { readonly dataAcquisitionKey: Buffer; readonly dakDigest: Uint8Array },
): Promise<IssuedCertificate> {
  const record = <T>(step: string, take: () => Promise<T>) =>
    contractId ? flow.record(contractId, step, take) : take();
  const { sealedCertificate } = await record('S28', () =>
    authentication.certificates.getCertificate({
      dataAcquisitionKey,
      // For an authentication server that has not been renewed yet; others don't look at it.
      dataAcquisitionKeyDigest: Buffer.from(dakDigest),
      eid,
    }),
  ).catch((error: unknown) => {
    const { status } = decodeServiceError(error);
    throw refusal(status === 'NOT_FOUND' ? 'NOTHING_TO_ACQUIRE' : 'AUTHENTICATION_UNAVAILABLE', { cause: error });
  });
  return record('S29', async () =>
    IssuedCertificate.decode(await openCertificate(required(sealedCertificate), dakDigest)),
  );
}

function required(envelope: SealedEnvelope | undefined): SealedEnvelope {
  if (!envelope) throw new Error('authentication answered without the certificate');
  return envelope;
}
