import { rspErrorDomain } from '@tegata/contracts';
import type {
  AuthenticateClientRequest,
  AuthenticateClientResponse,
  Es9PlusService,
} from '@tegata/contracts/gsma-rsp-v2';
import { statement } from '@tegata/database';
import { DerError, type Schema } from '@tegata/der';
import { AuthenticateServerResponse, PendingNotification, RspRefusal } from '@tegata/rsp';
import { type CallContext, decodeServiceError, type HandlersOf } from '@tegata/service-kit';
import type { PatentContext, ReachableRspServer } from '../context.ts';
import { findRspServer, requireRspServer } from '../directory.ts';
import type { Es9Route } from '../generated/client.ts';

/**
 * ES9+ carried on unchanged (S30-S31, S53-S56): the first message names the SM-DP+, and so does what the eUICC signs in the second; the
 * session's identifier those after it, a notification its own address. Nothing in the messages is looked at but what routes them.
 */
export function es9plus(context: PatentContext): HandlersOf<typeof Es9PlusService> {
  const { directory, flow } = context;
  return {
    initiateAuthentication: (request, call) =>
      requireRspServer(directory, request.smdpAddress).es9plus.initiateAuthentication(request, { context: call }),

    async authenticateClient(request, call) {
      const response = received(AuthenticateServerResponse, request.authenticateServerResponse);
      const signed = response.kind === 'authenticateResponseOk' ? response.value.euiccSigned1 : undefined;
      const server = signed && findRspServer(directory, signed.serverAddress);
      if (server === undefined) return carryToAny(context, request, call);
      const answer = await server.es9plus.authenticateClient(request, { context: call });
      await storeRoute(context, request.transactionId, server, signed?.ctxParams1.matchingId);
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

/**
 * Carries an answer that names no SM-DP+ of the directory, as an eUICC's refusal, to all of them at once, so that none holds up the others: only the
 * one whose session it is takes it, and the others know without looking anything up. An SM-DP+ that accepted it would find no route for what comes after.
 */
async function carryToAny(
  { directory }: PatentContext,
  request: AuthenticateClientRequest,
  call: CallContext,
): Promise<AuthenticateClientResponse> {
  const failures: unknown[] = [];
  const outcomes = directory.map(async ({ es9plus }) => {
    try {
      return { answer: await es9plus.authenticateClient(request, { context: call }) };
    } catch (error) {
      const { reason, domain } = decodeServiceError(error);
      if (domain === rspErrorDomain && reason !== 'TRANSACTION_UNKNOWN') return { refusal: error };
      // One that is out of reach, or has troubles of its own, need not be the one whose session it is.
      if (domain !== rspErrorDomain) failures.push(error);
      throw error;
    }
  });
  const outcome = await Promise.any(outcomes).catch(() => ({
    refusal: failures[0] ?? new RspRefusal('TRANSACTION_UNKNOWN'),
  }));
  if ('answer' in outcome) return outcome.answer;
  throw outcome.refusal;
}

/** With the contract that the session fetches, for the flow chart: known from the matchingId that the eUICC signed. */
const insertRoute = statement(`
  INSERT INTO es9_route (transaction_id, rsp_server_address, contract_id, expires_at)
  VALUES ($1, $2, (SELECT contract_id FROM event WHERE owner = $3 AND event_id = $4), $5) ON CONFLICT DO NOTHING`);

/** Remembers where a session goes on, when its SM-DP+ has taken the eUICC's answer. */
async function storeRoute(
  { database, clock, config }: PatentContext,
  transactionId: Uint8Array,
  { address, owner }: ReachableRspServer,
  matchingId: string | undefined,
): Promise<void> {
  const expiresAt = new Date(clock().getTime() + config.sessionLifetimeMs);
  await database.change(insertRoute, [transactionId, address, owner, matchingId ?? '', expiresAt]);
}

/** @throws RspRefusal 8.10.1/3.9 for a session that did not get as far here, or has lapsed. */
async function routeOf(
  { prisma, clock, directory }: PatentContext,
  transactionId: Uint8Array,
): Promise<{ server: ReachableRspServer; route: Es9Route }> {
  const route = await prisma.es9Route.findUnique({ where: { transactionId: new Uint8Array(transactionId) } });
  if (!route || route.expiresAt <= clock()) throw new RspRefusal('TRANSACTION_UNKNOWN');
  return { route, server: requireRspServer(directory, route.rspServerAddress) };
}

/** S30 when a certificate waits with the profile (first flow), else S54. */
async function stepOf({ prisma }: PatentContext, contractId: string): Promise<'S30' | 'S54'> {
  const event = await prisma.event.findFirst({ where: { contractId }, select: { withCertificate: true } });
  return event?.withCertificate ? 'S30' : 'S54';
}

/** @throws RspRefusal 1.6/2.1 for something that is no notification. */
function notificationAddress(octets: Uint8Array): string {
  const { kind, value } = received(PendingNotification, octets);
  return kind === 'profileInstallationResult'
    ? value.profileInstallationResultData.notificationMetadata.notificationAddress
    : value.tbsOtherNotification.notificationAddress;
}

/** A parameter, decoded. @throws RspRefusal 1.6/2.1 */
function received<T>(schema: Schema<T, never>, octets: Uint8Array): T {
  try {
    return schema.decode(octets);
  } catch (cause) {
    if (cause instanceof DerError) throw new RspRefusal('PARAMETER_INVALID', { cause });
    throw cause;
  }
}
