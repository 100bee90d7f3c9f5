import {
  callers,
  compileValidator,
  describeMethod,
  type FieldViolation,
  largestEncoding,
  type Role,
} from '@tegata/contracts';
import { refusal } from './service-error.ts';
import type { ImplementedMethod } from './service-implementation.ts';

/** A method as a server serves it: everything looked up and compiled once, at start. */
export interface ServedMethod {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  /** Roles that may call it; empty for a method that is not in the table of callers. */
  readonly allowed: ReadonlySet<Role>;
  /** Turns received octets into a request. Throws a ServiceError for what is malformed or violates a field rule. */
  readonly decode: (octets: Uint8Array) => object;
  /** Throws a ServiceError for a request that violates a field rule. */
  readonly check: (request: object) => void;
}

/**
 * Compiles what a server needs to know of a method. Throws when the contracts do not have it.
 *
 * A message may be as large as its field rules let it be, and never larger than `maxMessageOctets`.
 */
export function prepareMethod({ definition }: ImplementedMethod, maxMessageOctets: number): ServedMethod {
  const { path, requestDeserialize, requestStream, responseStream } = definition;
  const { input } = describeMethod(path);
  const validate = compileValidator(input);
  const limit = Math.min(maxMessageOctets, withRoom(largestEncoding(input)));
  const check = (request: object) => {
    const violations = validate(request);
    if (violations.length > 0) throw fieldRefusal(violations);
  };
  return {
    path,
    requestStream,
    responseStream,
    allowed: new Set(callers[path] ?? []),
    decode(octets) {
      if (octets.length > limit) throw refusal('MESSAGE_TOO_LARGE');
      const request = deserialize(requestDeserialize, octets);
      check(request);
      return request;
    },
    check,
  };
}

/** A message a little too large is better refused for the field that is; a newer client may send fields we don't know. */
function withRoom(octets: number): number {
  return octets + Math.max(4096, octets / 4);
}

/** Octets that are no message end as a refusal of the message, not as an error of the server. */
function deserialize(decode: (octets: Buffer) => object, octets: Uint8Array): object {
  try {
    return decode(Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength));
  } catch (cause) {
    throw refusal('MESSAGE_MALFORMED', { cause });
  }
}

function fieldRefusal(fieldViolations: readonly FieldViolation[]) {
  const [first] = fieldViolations;
  const rest = fieldViolations.length > 1 ? `, and ${fieldViolations.length - 1} more` : '';
  return refusal('FIELD_INVALID', { message: `${first?.field} ${first?.description}${rest}`, fieldViolations });
}
