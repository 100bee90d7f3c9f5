import { statement } from '@tegata/database';
import { type ExecutionStatus, type RspRefusal, refusals } from '@tegata/rsp';
import type { DownloadProgressInfo } from '@tegata/rsp-http';
import { type CallOptions, decodeServiceError } from '@tegata/service-kit';
import type { SmDpContext } from '../context.ts';

/** The operator's back end. */
export interface OperatorBackEnd {
  /** Resolves when it has taken the information; anything else is tried again, as the same call. */
  handleDownloadProgressInfo(info: DownloadProgressInfo, options?: CallOptions): Promise<unknown>;
}

/** When progress of now is to be told; null where there is nobody to tell. */
export const progressDue = ({ operatorBackEnd }: SmDpContext, now: Date): Date | null => (operatorBackEnd ? now : null);

const insertFailure = statement(`
  INSERT INTO download_progress (iccid, eid, profile_type, point, subject_code, reason_code, message, created_at, due_at)
  SELECT iccid, $2, profile_type, $3, $4, $5, $6, $7, $8 FROM profile WHERE iccid = $1`);

/** How a step of a download ended that failed with these codes: where a time is over it has expired (SGP.22 section 5.2.6). */
export function statusOfFailure(subjectCode: string, reasonCode: string | null): ExecutionStatus {
  const over = refusals.DOWNLOAD_ORDER_EXPIRED;
  return subjectCode === over.subjectCode && reasonCode === over.reasonCode ? 'Expired' : 'Failed';
}

/** A failure of a download. */
export interface DownloadFailure {
  readonly iccid: string;
  readonly eid: string;
  readonly point: 1 | 2 | 3 | 4;
  readonly refusal: RspRefusal;
  /** What happened, where it says more than the refusal. */
  readonly message?: string;
}

/** Stores a failure, to be told to the operator. */
export async function reportFailure(
  context: SmDpContext,
  { iccid, eid, point, refusal, message = refusal.message }: DownloadFailure,
): Promise<void> {
  const now = context.clock();
  const { subjectCode, reasonCode } = refusal;
  await context.database.change(insertFailure, [
    iccid,
    eid,
    point,
    subjectCode,
    reasonCode,
    message,
    now,
    progressDue(context, now),
  ]);
}

/** How long one replica may take to tell, before another does, in milliseconds. */
const leaseMs = 60_000;
/** Pauses between tries, doubled each time from the first to the longest, in milliseconds. */
const firstPauseMs = 2_000;
const longestPauseMs = 60 * 60_000;
/** Told in one round: the rest is for the next. */
const most = 1_000;
/** Statuses of a back end that does not answer: it won't for the next one either. */
const unreachable: ReadonlySet<string> = new Set(['UNAVAILABLE', 'DEADLINE_EXCEEDED']);

interface Due {
  readonly id: string;
  readonly eid: string;
  readonly iccid: string;
  readonly profileType: string;
  readonly point: number;
  readonly subjectCode: string | null;
  readonly reasonCode: string | null;
  readonly message: string | null;
  readonly resultData: Buffer | null;
  readonly createdAt: Date;
  readonly attempts: number;
}

const claim = statement(`
  UPDATE download_progress d SET due_at = $1, attempts = d.attempts + 1
  FROM (SELECT id FROM download_progress WHERE due_at <= $2 ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) next
  WHERE d.id = next.id
  RETURNING d.id::text, d.eid, d.iccid, d.profile_type AS "profileType", d.point, d.subject_code AS "subjectCode",
    d.reason_code AS "reasonCode", d.message, d.result_data AS "resultData", d.created_at AS "createdAt", d.attempts`);

const taken = statement('UPDATE download_progress SET due_at = NULL, delivered_at = $2 WHERE id = $1');
const putOff = statement('UPDATE download_progress SET due_at = $2 WHERE id = $1 AND delivered_at IS NULL');

/**
 * Tells the operator's back end what it was not told yet, in the order it happened, and again later what it did not take. One that does not
 * answer is asked once in a round, however much waits.
 * Information that was taken may be sent again, the same in every member, when its answer was lost.
 */
export async function tellOperator(context: SmDpContext, stopping?: AbortSignal): Promise<void> {
  const { database, clock, operatorBackEnd } = context;
  if (!operatorBackEnd) return;
  for (let told = 0; told < most && !stopping?.aborted; told++) {
    const now = clock().getTime();
    const [row] = await database.query<Due & Record<string, unknown>>(claim, [new Date(now + leaseMs), new Date(now)]);
    if (!row || !(await tell(context, operatorBackEnd, row))) return;
  }
}

/** @returns whether the back end can be told of the next */
async function tell({ database, clock, logger }: SmDpContext, operator: OperatorBackEnd, row: Due): Promise<boolean> {
  try {
    // The same identifier for every try, so that the back end knows a repetition for what it is.
    const context = { requestId: `progress-${row.id}`, deadline: undefined, signal: new AbortController().signal };
    await operator.handleDownloadProgressInfo(infoOf(row), { context });
    await database.change(taken, [row.id, clock()]);
    return true;
  } catch (cause) {
    const pause = Math.min(firstPauseMs * 2 ** Math.min(row.attempts - 1, 16), longestPauseMs);
    await database.change(putOff, [row.id, new Date(clock().getTime() + pause)]);
    logger.warn(
      { cause, iccid: row.iccid, attempts: row.attempts },
      'operator not told of a download; tried again later',
    );
    const { status, reason } = decodeServiceError(cause);
    return !unreachable.has(status) && reason !== 'RATE_LIMITED';
  }
}

function infoOf(row: Due): DownloadProgressInfo {
  const { eid, iccid, profileType, point, subjectCode, reasonCode, message, resultData, createdAt } = row;
  return {
    eid,
    iccid,
    profileType,
    timestamp: createdAt,
    notificationPointId: point,
    notificationPointStatus:
      subjectCode === null
        ? { status: 'Executed-Success' }
        : {
            status: statusOfFailure(subjectCode, reasonCode),
            statusCodeData: { subjectCode, reasonCode: reasonCode ?? '', ...(message !== null && { message }) },
          },
    ...(resultData !== null && { resultData }),
  };
}
