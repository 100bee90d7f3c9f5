import {
  DownloadConsent,
  type DownloadOrder,
  type DownloadProgress,
  type DownloadRequest,
  type DownloadResponse,
  DownloadStage,
  type LpaService,
} from '@tegata/contracts/terminal-v1';
import type { Euicc } from '@tegata/euicc';
import {
  type Consent,
  downloadProfile,
  type InstalledProfile,
  type DownloadProgress as LpaProgress,
  retrieveEvents,
} from '@tegata/lpa';
import { type HandlersOf, ServiceError } from '@tegata/service-kit';
import { deliverThrough, type LpaContext } from '../daemon/provisioning.ts';
import { device } from '../device.ts';
import { asBuffer } from '../octets.ts';
import { TerminalError } from '../terminal-error.ts';
import { offeredProfile } from './offered-profile.ts';
import { streamed } from './streamed.ts';

/** What the handlers work with. */
export interface DownloadContext extends LpaContext {
  readonly euicc: Pick<Euicc, 'es10a' | 'es10b' | 'es10c'>;
  /** Reads what is needed of the network. */
  readonly loadNetwork: () => Promise<void>;
}

/** Longest time for an answer of the user: other sessions of the eUICC wait meanwhile. */
const answerWithinMs = 5 * 60_000;

/** Lpa.Download and Lpa.Discover: profiles from any SM-DP+, and what an SM-DS knows of. */
export function downloadHandlers(
  context: DownloadContext,
): Pick<HandlersOf<typeof LpaService>, 'download' | 'discover'> {
  const { euicc, routes, sessions, loadNetwork } = context;
  return {
    download: (requests, { signal }) =>
      streamed<DownloadResponse>(async (tell) => {
        const answers = requests[Symbol.asyncIterator]();
        const order = await orderOf(answers, euicc);
        await routes.prepare(order.access, loadNetwork);
        const installed = await sessions
          .run(() => reaching('SM-DP+', order.smdpAddress, () => downloadFor(context, order, answers, tell, signal)))
          .catch(async (error) => {
            // What the eUICC has signed of a failure is for the SM-DP+ to know; where the caller has gone, later.
            if (!signal.aborted) await deliver(context, order, signal);
            throw error;
          });
        signal.throwIfAborted();
        tell({ response: { $case: 'progress', value: progressOf(DownloadStage.NOTIFICATION) } });
        const undeliveredNotifications = await deliver(context, order, signal);
        const profile = offeredProfile(installed.metadata, order.smdpAddress);
        const value = { profile, isdpAid: asBuffer(installed.isdpAid), undeliveredNotifications };
        tell({ response: { $case: 'downloaded', value } });
      }),

    discover: async ({ smdsAddress, access }, { signal }) => {
      const address = smdsAddress || (await euicc.es10a.getEuiccConfiguredAddresses()).rootDsAddress;
      if (address === '') {
        throw new TerminalError(
          'precondition',
          'NO_SMDS_ADDRESS',
          'No SM-DS was named, and the eUICC has no root one.',
        );
      }
      await routes.prepare(access, loadNetwork);
      const parties = { es10b: euicc.es10b, es11: routes.smds(address, access), device };
      const { events } = await sessions.run(() =>
        reaching('SM-DS', address, () => retrieveEvents(parties, address, '', { signal })),
      );
      return { smdsAddress: address, events: [...events] };
    },
  };
}

/** Says which server it was that can't be reached: a program that calls the terminal has reached that. SMDP_UNREACHABLE, SMDS_UNREACHABLE. */
async function reaching<T>(server: 'SM-DP+' | 'SM-DS', address: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const away =
      cause instanceof ServiceError && (cause.reason === 'SERVER_UNREACHABLE' || cause.reason === 'DEADLINE_EXCEEDED');
    if (!away) throw cause;
    const code = server === 'SM-DS' ? 'SMDS_UNREACHABLE' : 'SMDP_UNREACHABLE';
    const message = `The ${server} ${address} can not be reached, or did not answer in time.`;
    throw new TerminalError('unavailable', code, message, { cause });
  }
}

type Answers = AsyncIterator<DownloadRequest>;

/** The order that the first request has, with an address. */
async function orderOf(answers: Answers, { es10a }: Pick<Euicc, 'es10a'>): Promise<DownloadOrder> {
  const order = await nextAnswer(answers, 'order');
  if (order === undefined) throw unexpected();
  if (order.smdpAddress !== '') return order;
  const { defaultDpAddress = '' } = await es10a.getEuiccConfiguredAddresses();
  if (defaultDpAddress !== '') return { ...order, smdpAddress: defaultDpAddress };
  throw new TerminalError('precondition', 'NO_SMDP_ADDRESS', 'No SM-DP+ was named, and the eUICC has no default one.');
}

function downloadFor(
  { euicc, routes }: DownloadContext,
  { smdpAddress, matchingId, smdpOid, access }: DownloadOrder,
  answers: Answers,
  tell: (response: DownloadResponse) => void,
  signal: AbortSignal,
): Promise<InstalledProfile> {
  return downloadProfile(
    { es10b: euicc.es10b, es10c: euicc.es10c, es9Plus: routes.smdp(smdpAddress, access), device },
    { smdpAddress, matchingId, ...(smdpOid !== '' && { smdpOid }) },
    {
      answerWithinMs,
      consent: async (metadata, { consentRequired }) => {
        const value = { ...offeredProfile(metadata, smdpAddress), policyRulesToConsent: [...consentRequired] };
        tell({ response: { $case: 'offered', value } });
        return consentOf(await nextAnswer(answers, 'consent'));
      },
      confirmationCode: async () => {
        tell({ response: { $case: 'confirmationCodeNeeded', value: {} } });
        return (await nextAnswer(answers, 'confirmationCode')) || undefined;
      },
      onProgress: (progress) => {
        const value = messageOf(progress);
        if (value !== undefined) tell({ response: { $case: 'progress', value } });
      },
    },
    { signal },
  );
}

/** Delivers what waits; how many notifications still do. The profile is there, or not, whatever comes of it. */
async function deliver(context: DownloadContext, order: DownloadOrder, signal: AbortSignal): Promise<number> {
  try {
    const { routes } = context;
    const its = order.smdpAddress.toLowerCase();
    const serverFor = (address: string) =>
      routes.smdp(address, address.toLowerCase() === its ? order.access : undefined);
    const deliveries = await deliverThrough(context, serverFor, undefined, signal);
    return deliveries.filter(({ delivered }) => !delivered).length;
  } catch {
    return (await context.euicc.es10b.listNotification()).length;
  }
}

/** What each kind of request has. */
type RequestValues = { [R in NonNullable<DownloadRequest['request']> as R['$case']]: R['value'] };

/** The next request, which must be this one; undefined when the caller has ended its side. DOWNLOAD_ANSWER_UNEXPECTED. */
async function nextAnswer<K extends keyof RequestValues>(
  answers: Answers,
  $case: K,
): Promise<RequestValues[K] | undefined> {
  const { done, value } = await answers.next();
  if (done) return undefined;
  const { request } = value;
  if (request?.$case !== $case) throw unexpected();
  return request.value as RequestValues[K];
}

function unexpected(): TerminalError {
  return new TerminalError(
    'invalid',
    'DOWNLOAD_ANSWER_UNEXPECTED',
    'A download begins with an order, and takes one answer for each question.',
  );
}

function consentOf(answer: DownloadConsent | undefined): Consent {
  switch (answer) {
    case DownloadConsent.INSTALL:
      return 'install';
    case DownloadConsent.REJECT:
      return 'reject';
    case DownloadConsent.POSTPONE:
    case undefined:
      return 'postpone';
    default:
      throw unexpected();
  }
}

const progressOf = (stage: DownloadStage, loadedPieces = 0, pieces = 0): DownloadProgress => ({
  stage,
  loadedPieces,
  pieces,
});

/** Questions are messages of their own. */
function messageOf(progress: LpaProgress): DownloadProgress | undefined {
  switch (progress.stage) {
    case 'mutual-authentication':
      return progressOf(DownloadStage.AUTHENTICATION);
    case 'prepare-download':
      return progressOf(DownloadStage.PREPARATION);
    case 'binding':
      return progressOf(DownloadStage.BINDING);
    case 'loading':
      return progressOf(DownloadStage.LOADING, progress.loadedPieces, progress.pieces);
    default:
      return undefined;
  }
}
