import type { FunctionExecutionStatus } from '@tegata/rsp';
import { executionStatus } from './execution-status.ts';
import { base64, eid, iccid, integer, text, time } from './forms.ts';
import { membersOf } from './members.ts';
import type { RspFunction, RspInterface } from './rsp-function.ts';

/** Points of a download that the operator is told of (SGP.22 section 5.3.5). */
export const notificationPoints = {
  /** whether profile, eUICC and device fit */
  eligibilityAndRetryLimitCheck: 1,
  /** the confirmation code was wrong or missing */
  confirmationFailure: 2,
  /** the bound profile package was handed out */
  bppDownload: 3,
  /** the eUICC has told how the installation ended */
  bppInstallation: 4,
} as const;

/** What an SM-DP+ tells the operator of one download. */
export interface DownloadProgressInfo {
  /** 32 digits */
  readonly eid: string;
  /** 18 to 20 digits */
  readonly iccid: string;
  readonly profileType: string;
  /** when it happened; whole seconds are sent */
  readonly timestamp: Date;
  /** one of `notificationPoints` */
  readonly notificationPointId: number;
  /** how it ended at that point */
  readonly notificationPointStatus: FunctionExecutionStatus;
  /** octets that say more: the simaResponse of an installation */
  readonly resultData?: Buffer | undefined;
}

const progress = membersOf<DownloadProgressInfo>();

const handleDownloadProgressInfo: RspFunction<DownloadProgressInfo, object> = {
  method: undefined,
  request: [
    progress.required('eid', eid),
    progress.required('iccid', iccid),
    progress.required('profileType', text),
    progress.required('timestamp', time),
    progress.required('notificationPointId', integer(0, 65_535)),
    progress.required('notificationPointStatus', executionStatus),
    progress.optional('resultData', base64, undefined),
  ],
  answer: undefined,
  repeatable: true,
};

/** The one function of ES2+ that the operator serves to the SM-DP+ (SGP.22 section 5.3.5). */
export const es2plusOperator = {
  path: 'es2plus',
  server: 'Operator',
  requestHeader: true,
  functions: { handleDownloadProgressInfo },
} as const satisfies RspInterface;
