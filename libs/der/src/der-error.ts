/** Why octets were refused. Stable: callers and logs may depend on the values. */
export type DerErrorCode =
  /** the octets end inside a tag, a length or a value */
  | 'TRUNCATED'
  /** octets follow the object that was asked for */
  | 'TRAILING_OCTETS'
  /** a tag in more octets than needed, or in more than four */
  | 'BAD_TAG'
  /** indefinite, reserved, or longer than needed length octets */
  | 'BAD_LENGTH'
  /** nested deeper, or holding more elements, than the limits allow */
  | 'TOO_DEEP'
  | 'TOO_MANY'
  /** another tag than the schema has at this place */
  | 'UNEXPECTED_TAG'
  /** an element that is not optional is absent */
  | 'MISSING_ELEMENT'
  /** the content octets are no value of the type (or not its one DER form) */
  | 'BAD_VALUE'
  /** a value of the type, but outside its size or range */
  | 'OUT_OF_RANGE';

/**
 * Octets that are not the DER (or not the object) that was asked for, or a value that has no encoding.
 *
 * `path` names the fields that lead to the place, outermost first, empty where no schema was involved. The message holds
 * no octets of the input, so that it can be logged.
 */
export class DerError extends Error {
  readonly code: DerErrorCode;
  readonly reason: string;
  readonly path: readonly string[];

  constructor(code: DerErrorCode, reason: string, path: readonly string[] = []) {
    super(path.length === 0 ? reason : `${path.join('.')}: ${reason}`);
    this.name = 'DerError';
    this.code = code;
    this.reason = reason;
    this.path = path;
  }

  /** The same error, seen from the structure in which the failing element is called `name`. */
  within(name: string): DerError {
    return new DerError(this.code, this.reason, [name, ...this.path]);
  }
}

/** Runs `work` for the element called `name`, so that a DerError out of it tells where it happened. */
export function within<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof DerError ? error.within(name) : error;
  }
}
