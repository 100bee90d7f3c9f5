/** Why a package, an element or a value for one was refused. Stable: callers and logs may depend on the values. */
export type ProfilePackageErrorCode =
  /** the octets end inside an element, or before the end element */
  | 'TRUNCATED'
  /** octets follow the end element */
  | 'TRAILING_OCTETS'
  /** an element is not what the grammar has at its place; `path` tells where */
  | 'MALFORMED_ELEMENT'
  /** an element, the package, or the files it asks for exceed what the reader was told to take */
  | 'ELEMENT_TOO_LARGE'
  | 'PACKAGE_TOO_LARGE'
  | 'FILE_SYSTEM_TOO_LARGE'
  /** first element is not the header, second neither PE-MF nor PE-IoT */
  | 'HEADER_NOT_FIRST'
  | 'MF_NOT_SECOND'
  /** an element that may be there once (in the package, or in its application) is there again */
  | 'ELEMENT_REPEATED'
  /** an element before the one it belongs to, as opt-usim before usim */
  | 'ELEMENT_OUT_OF_ORDER'
  /** two elements with one identification number */
  | 'IDENTIFICATION_REPEATED'
  /** the header demands a service that the package has no element for, or one without the one it depends on */
  | 'SERVICE_WITHOUT_ELEMENT'
  /** the version of the format is not one that is understood */
  | 'UNSUPPORTED_VERSION'
  /** the header demands a service, template or application that is not offered */
  | 'UNSUPPORTED_SERVICE'
  | 'UNSUPPORTED_TEMPLATE'
  | 'UNSUPPORTED_APPLICATION'
  /** an element of unknown type is marked as mandatory */
  | 'UNSUPPORTED_ELEMENT'
  /** a file without size, with content beyond its end, or with attributes that contradict each other */
  | 'BAD_FILE'
  /** a path leads nowhere */
  | 'FILE_NOT_FOUND'
  /** a file identifier is used twice in one directory, or an AID twice in the package */
  | 'FILE_EXISTS'
  /** values of an element that contradict each other or its place: lengths of keys, PINs in the wrong directory */
  | 'BAD_PARAMETER'
  /** a directory names a PIN, or a PIN a PUK, that is not there; or codes are asked of a place that has none */
  | 'CODE_MISSING'
  /** a value for a subscription that cannot be coded: digits, lengths, characters */
  | 'BAD_SUBSCRIPTION_VALUE';

export interface ErrorPlace {
  /** identification number of the element */
  readonly identification?: number | undefined;
  /** position of the element in the package; the header is 0 */
  readonly index?: number | undefined;
  readonly cause?: unknown;
}

/** A package that is refused, or a package that cannot be made. The message holds no octets of the package. */
export class ProfilePackageError extends Error {
  readonly code: ProfilePackageErrorCode;
  readonly identification: number | undefined;
  readonly index: number | undefined;

  constructor(code: ProfilePackageErrorCode, message: string, place: ErrorPlace = {}) {
    super(message, place.cause === undefined ? undefined : { cause: place.cause });
    this.name = 'ProfilePackageError';
    this.code = code;
    this.identification = place.identification;
    this.index = place.index;
  }
}

/** Runs `work` for one element, so that an error out of it tells which element it was. */
export function atElement<T>(place: ErrorPlace, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ProfilePackageError) || error.index !== undefined) throw error;
    throw new ProfilePackageError(error.code, error.message, { ...place, cause: error.cause });
  }
}
