import { DerError } from '@tegata/der';
import { type CertificateError, sgp22StatusCode } from '@tegata/x509';
import { type RefusalName, refusalNamed, refusals } from './refusals.ts';
import type { ExecutionStatus, ReasonCode, SubjectCode } from './status-codes.ts';

/** Particulars of one refusal. */
export interface RefusalDetails {
  /** what was refused, such as an ICCID; goes to the other side, so nothing it did not send */
  readonly subjectIdentifier?: string;
  /** `Expired` where a time limit of the function passed */
  readonly status?: Extract<ExecutionStatus, 'Failed' | 'Expired'>;
  /** for the log; never sent, but for the place in a parameter where its DER is wrong */
  readonly cause?: unknown;
}

/**
 * A function that is refused as SGP.22 has it: HTTP 200 with a Failed header on the JSON binding, FAILED_PRECONDITION with
 * ErrorInfo on the gRPC binding. The message can be sent; the cause is for the log.
 */
export class RspRefusal extends Error {
  readonly code: RefusalName;
  readonly subjectCode: SubjectCode;
  readonly reasonCode: ReasonCode;
  readonly status: 'Failed' | 'Expired';
  readonly subjectIdentifier?: string;

  constructor(code: RefusalName, { subjectIdentifier, status = 'Failed', cause }: RefusalDetails = {}) {
    const { subjectCode, reasonCode, message } = refusals[code];
    super(cause instanceof DerError ? `${message}: ${cause.message}` : message, { cause });
    this.name = 'RspRefusal';
    this.code = code;
    this.subjectCode = subjectCode;
    this.reasonCode = reasonCode;
    this.status = status;
    if (subjectIdentifier !== undefined) this.subjectIdentifier = subjectIdentifier;
  }

  /** The refusal for a certificate chain of an eUICC that did not hold. */
  static ofCertificate(cause: CertificateError): RspRefusal {
    const { subjectCode, reasonCode } = sgp22StatusCode(cause);
    return new RspRefusal(refusalNamed(subjectCode, reasonCode) ?? 'EUICC_AUTHENTICATION_FAILED', { cause });
  }

  /** functionExecutionStatus of the JSON binding (SGP.22 section 6.5.1.4). */
  toFunctionExecutionStatus(): FunctionExecutionStatus {
    const { subjectCode, reasonCode, subjectIdentifier, message } = this;
    return {
      status: this.status,
      statusCodeData: {
        subjectCode,
        reasonCode,
        ...(subjectIdentifier !== undefined && { subjectIdentifier }),
        message,
      },
    };
  }
}

/** Header member of every answer of the JSON binding. */
export interface FunctionExecutionStatus {
  readonly status: ExecutionStatus;
  readonly statusCodeData?: {
    readonly subjectCode: string;
    readonly reasonCode: string;
    readonly subjectIdentifier?: string;
    readonly message?: string;
  };
}

/** Functions of the eUICC that can answer with an error where a signed answer is expected. */
export type EuiccFunction = 'AuthenticateServer' | 'PrepareDownload' | 'CancelSession';

/**
 * The eUICC answered with an error, which the LPA passed on: the session is over, the operator is told what it was.
 */
export class EuiccReportedError extends RspRefusal {
  readonly function: EuiccFunction;
  /** see `AuthenticateErrorCode`, `DownloadErrorCode`, `CancelSessionError` */
  readonly euiccErrorCode: number;

  constructor(euiccFunction: EuiccFunction, euiccErrorCode: number) {
    super('EUICC_REPORTED_ERROR');
    this.name = 'EuiccReportedError';
    this.function = euiccFunction;
    this.euiccErrorCode = euiccErrorCode;
  }
}
