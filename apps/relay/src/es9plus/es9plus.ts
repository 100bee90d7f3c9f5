import type { Es9PlusService } from '@tegata/contracts/gsma-rsp-v2';
import { DerError } from '@tegata/der';
import { AuthenticateServerResponse, PendingNotification, RspRefusal } from '@tegata/rsp';
import type { HandlersOf } from '@tegata/service-kit';
import type { PatentContext, ReachableRspServer } from '../context.ts';
import { requireRspServer } from '../directory.ts';
import type { Es9Route } from '../generated/client.ts';

/**
 * ES9+ carried on unchanged (S30-S31, S53-S56): the first message names the SM-DP+, the session's identifier those after
 * it, a notification its own address. Nothing in the messages is looked at but what routes them.
 */
export function es9plus(context: PatentContext): HandlersOf<typeof Es9PlusService> {
  const { directory, flow } = context;
  return {
    async initiateAuthentication(request, call) {
      const server = requireRspServer(directory, request.smdpAddress);
      const answer = await server.es9plus.initiateAuthentication(request, { context: call });
      await storeRoute(context, answer.transactionId, server);
      return answer;
    },

    async authenticateClient(request, call) {
      const { server, route } = await routeOf(context, request.transactionId);
      const answer = await server.es9plus.authenticateClient(request, { context: call });
      await noteContract(context, route, server, request.authenticateServerResponse);
      return answer;
    },

    async getBoundProfilePackage(request, call) {
      const { server, route } = await routeOf(context, request.transactionId);
      const carry = () => server.es9plus.getBoundProfilePackage(request, { context: call });
      if (!route.contractId) return carry();
      return flow.record(route.contractId, await stepOf(context, route.contractId), carry);
    },

    async cancelSession(request, call) {
      const { server } = await routeOf(context, request.transactionId);
      return server.es9plus.cancelSession(request, { context: call });
    },

    async handleNotification(request, call) {
      const server = requireRspServer(directory, notificationAddress(request.pendingNotification));
      return server.es9plus.handleNotification(request, { context: call });
    },
  };
}

async function storeRoute(
  { prisma, clock, config }: PatentContext,
  transactionId: Uint8Array,
  server: ReachableRspServer,
) {
  const expiresAt = new Date(clock().getTime() + config.sessionLifetimeMs);
  await prisma.es9Route.createMany({
    data: [{ transactionId: new Uint8Array(transactionId), rspServerAddress: server.address, expiresAt }],
    skipDuplicates: true,
  });
}

/** @throws RspRefusal 8.10.1/3.9 for a session that was not begun here, or has lapsed. */
async function routeOf(
  { prisma, clock, directory }: PatentContext,
  transactionId: Uint8Array,
): Promise<{ server: ReachableRspServer; route: Es9Route }> {
  const route = await prisma.es9Route.findUnique({ where: { transactionId: new Uint8Array(transactionId) } });
  if (!route || route.expiresAt <= clock()) throw new RspRefusal('TRANSACTION_UNKNOWN');
  return { route, server: requireRspServer(directory, route.rspServerAddress) };
}

/** Remembers for the flow chart which contract a session fetches: known from the matchingId the eUICC signed. */
async function noteContract(
  { prisma }: PatentContext,
  { transactionId }: Es9Route,
  { owner }: ReachableRspServer,
  authenticateServerResponse: Uint8Array,
): Promise<void> {
  const response = AuthenticateServerResponse.decode(authenticateServerResponse);
  if (response.kind !== 'authenticateResponseOk') return;
  const eventId = response.value.euiccSigned1.ctxParams1.matchingId;
  if (!eventId) return;
  const event = await prisma.event.findUnique({
    where: { owner_eventId: { owner, eventId } },
    select: { contractId: true },
  });
  if (event?.contractId) {
    await prisma.es9Route.updateMany({ where: { transactionId }, data: { contractId: event.contractId } });
  }
}

/** S30 when a certificate waits with the profile (first flow), else S54. */
async function stepOf({ prisma }: PatentContext, contractId: string): Promise<'S30' | 'S54'> {
  const event = await prisma.event.findFirst({ where: { contractId }, select: { withCertificate: true } });
  return event?.withCertificate ? 'S30' : 'S54';
}

/** @throws RspRefusal 1.6/2.1 for something that is no notification. */
function notificationAddress(octets: Uint8Array): string {
  try {
    const { kind, value } = PendingNotification.decode(octets);
    return kind === 'profileInstallationResult'
      ? value.profileInstallationResultData.notificationMetadata.notificationAddress
      : value.tbsOtherNotification.notificationAddress;
  } catch (cause) {
    if (cause instanceof DerError) throw new RspRefusal('PARAMETER_INVALID', { cause });
    throw cause;
  }
}
