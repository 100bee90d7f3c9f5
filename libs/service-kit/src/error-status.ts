import { Metadata, type ServerInterceptingCallInterface, status as StatusCode, type StatusObject } from '@grpc/grpc-js';
import { type FieldViolation, type StatusName, tegataErrorDomain } from '@tegata/contracts';
import { BadRequest, ErrorInfo, RetryInfo, Status } from '@tegata/contracts/google-rpc';
import { refusal, ServiceError } from './service-error.ts';

const detailsTrailer = 'grpc-status-details-bin';
const typeUrlPrefix = 'type.googleapis.com/';
/** Trailers share a limit of a few kilobytes with all other headers. */
const maxMessageLength = 1000;

/** The status that carries an error: gRPC status and message, with google.rpc.Status in the trailer. */
export function toStatus(error: ServiceError): StatusObject {
  const code = StatusCode[error.status];
  const message = error.message.slice(0, maxMessageLength).replaceAll(/\p{Surrogate}/gu, '\ufffd');
  const metadata = new Metadata();
  metadata.set(detailsTrailer, Buffer.from(Status.encode({ code, message, details: packDetails(error) }).finish()));
  return { code, details: message, metadata };
}

function packDetails(error: ServiceError): Status['details'] {
  const { reason, domain, metadata, fieldViolations, retryAfterMs } = error;
  const details = [pack('google.rpc.ErrorInfo', ErrorInfo.encode({ reason, domain, metadata: { ...metadata } }))];
  if (fieldViolations.length > 0) {
    details.push(pack('google.rpc.BadRequest', BadRequest.encode({ fieldViolations: [...fieldViolations] })));
  }
  if (retryAfterMs !== undefined) {
    const seconds = BigInt(Math.trunc(retryAfterMs / 1000));
    const nanos = Math.round((retryAfterMs % 1000) * 1e6);
    details.push(pack('google.rpc.RetryInfo', RetryInfo.encode({ retryDelay: { seconds, nanos } })));
  }
  return details;
}

function pack(type: string, writer: { finish(): Uint8Array }) {
  return { typeUrl: typeUrlPrefix + type, value: Buffer.from(writer.finish()) };
}

/** A status on its way to the caller. */
export type SentStatus = Parameters<ServerInterceptingCallInterface['sendStatus']>[0];

/** Statuses of grpc-js that blame the server for what the caller sent. */
const faultsOfTheCaller = /^(Failed to decompress message|Invalid grpc-timeout value)/;

/** Gives a reason to the statuses that grpc-js sends by itself; all others have one already. */
export function explainStatus(status: SentStatus): SentStatus {
  const { code, details, metadata } = status;
  if (code === StatusCode.OK || metadata?.get(detailsTrailer).length) return status;
  switch (code) {
    case StatusCode.RESOURCE_EXHAUSTED:
      return toStatus(refusal('MESSAGE_TOO_LARGE'));
    case StatusCode.DEADLINE_EXCEEDED:
      return toStatus(refusal('DEADLINE_EXCEEDED'));
    case StatusCode.UNIMPLEMENTED:
      return toStatus(new ServiceError({ status: 'UNIMPLEMENTED', reason: 'MESSAGE_MALFORMED', message: details }));
    case StatusCode.INTERNAL:
      return faultsOfTheCaller.test(details) ? toStatus(refusal('MESSAGE_MALFORMED')) : status;
    default:
      return status;
  }
}

/** The error a call ended with, whatever ended it: the other server's refusal with all its details, or the transport. */
export function decodeServiceError(thrown: unknown): ServiceError {
  if (thrown instanceof ServiceError) return thrown;
  if (!isStatus(thrown)) return refusal('INTERNAL_ERROR', { cause: thrown });
  const status = (StatusCode[thrown.code] ?? 'UNKNOWN') as StatusName;
  const details = readDetails(thrown.metadata?.get(detailsTrailer)[0]);
  const info = details.info;
  if (info === undefined) return fromTransport(status, thrown);
  return new ServiceError(
    {
      status,
      reason: info.reason,
      domain: info.domain,
      message: thrown.details,
      metadata: info.metadata,
      fieldViolations: details.fieldViolations,
      ...(details.retryAfterMs !== undefined && { retryAfterMs: details.retryAfterMs }),
      cause: thrown,
    },
    true,
  );
}

/** The reason in a status trailer, for the log. */
export function reasonOf(trailers: Metadata): string | undefined {
  return readDetails(trailers.get(detailsTrailer)[0]).info?.reason;
}

interface ThrownStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata?: Metadata;
}

function isStatus(thrown: unknown): thrown is ThrownStatus {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'number' && 'details' in thrown;
}

/** Statuses without details come from the transport. Its words name addresses and are kept as the cause only. */
function fromTransport(status: StatusName, cause: ThrownStatus): ServiceError {
  switch (status) {
    case 'UNAVAILABLE':
      return refusal('SERVER_UNREACHABLE', { cause });
    case 'DEADLINE_EXCEEDED':
      return refusal('DEADLINE_EXCEEDED', { cause });
    case 'CANCELLED':
      return refusal('CALL_CANCELLED', { cause });
    case 'UNIMPLEMENTED':
      return refusal('METHOD_NOT_SERVED', { cause });
    case 'RESOURCE_EXHAUSTED':
      return refusal('MESSAGE_TOO_LARGE', { cause });
    default:
      return new ServiceError({ status, reason: status, domain: tegataErrorDomain, message: status, cause }, true);
  }
}

interface Details {
  info?: ErrorInfo;
  fieldViolations: readonly FieldViolation[];
  retryAfterMs?: number;
}

/** Reads what it knows and skips the rest; a trailer that can't be read is as good as none. */
function readDetails(trailer: unknown): Details {
  const result: Details = { fieldViolations: [] };
  if (!(trailer instanceof Uint8Array)) return result;
  try {
    for (const { typeUrl, value } of Status.decode(trailer).details) {
      switch (typeUrl) {
        case `${typeUrlPrefix}google.rpc.ErrorInfo`:
          result.info = ErrorInfo.decode(value);
          break;
        case `${typeUrlPrefix}google.rpc.BadRequest`:
          result.fieldViolations = BadRequest.decode(value).fieldViolations;
          break;
        case `${typeUrlPrefix}google.rpc.RetryInfo`: {
          const { retryDelay } = RetryInfo.decode(value);
          if (retryDelay) result.retryAfterMs = Number(retryDelay.seconds) * 1000 + retryDelay.nanos / 1e6;
          break;
        }
      }
    }
  } catch {
    return { fieldViolations: [] };
  }
  return result;
}
