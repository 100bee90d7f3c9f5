import type { WatchRequest, WatchResponse } from '@tegata/contracts/relay-v1';
import type { PatentContext } from '../context.ts';

/** Waits until something is registered under the digest of a data acquisition key, says so once, and ends. */
export async function* watch(
  { prisma, clock, waiting }: PatentContext,
  { dataAcquisitionKeyDigest }: WatchRequest,
  signal: AbortSignal,
): AsyncGenerator<WatchResponse> {
  const dakDigest = new Uint8Array(dataAcquisitionKeyDigest);
  for await (const _wake of waiting.wakeUps(dataAcquisitionKeyDigest.toString('hex'), signal)) {
    const event = await prisma.event.findUnique({ where: { dakDigest }, select: { expiresAt: true } });
    if (event && event.expiresAt > clock()) {
      yield {};
      return;
    }
  }
}
