import {
  type Decoded,
  type Encodable,
  integer,
  nothing,
  optional,
  sequence,
  sequenceOf,
  Universal,
  utf8String,
} from '@tegata/der';
import type { ProfilePackageError, ProfilePackageErrorCode } from './profile-package-error.ts';

/** PEStatus values (TCA profile format, section 8.11; also the content of SGP.22's simaResponse). */
export const PE_STATUS = {
  ok: 0,
  peNotSupported: 1,
  memoryFailure: 2,
  badValues: 3,
  notEnoughMemory: 4,
  invalidRequestFormat: 5,
  invalidParameter: 6,
  runtimeNotSupported: 7,
  libNotSupported: 8,
  templateNotSupported: 9,
  featureNotSupported: 10,
  pinCodeMissing: 11,
  unsupportedProfileVersion: 31,
} as const;

/** EUICCResponse: what an eUICC says about the elements it was given. */
export const EuiccResponseSchema = sequence(Universal.SEQUENCE, {
  peStatus: sequenceOf(
    0xa0,
    sequence(Universal.SEQUENCE, {
      status: integer(0x80, 0, 65535),
      /** of the element that is meant; none for the header */
      identification: optional(integer(0x81, 0, 32767)),
      additionalInformation: optional(integer(0x82, 0, 255)),
      /** octets into the element */
      offset: optional(integer(0x83, 0, 0x7fff_ffff)),
    }),
  ),
  profileInstallationAborted: optional(nothing(0x81)),
  statusMessage: optional(utf8String(0x82, 2, 64)),
});

export type EuiccResponse = Decoded<typeof EuiccResponseSchema>;

/** Something that was left out of an installation because the eUICC has no use for it, and it was not mandatory. */
export interface ProfileWarning {
  readonly code: 'UNSUPPORTED_ELEMENT' | 'UNSUPPORTED_TEMPLATE';
  readonly identification: number | undefined;
}

/** The profile was installed: `30 07 A0 05 30 03 80 01 00`, with warnings before the success if there are any. */
export function encodeSuccessResponse(warnings: readonly ProfileWarning[] = []): Uint8Array {
  const statuses = warnings.map(({ code, identification }) => ({ status: statusOf(code), identification }));
  return EuiccResponseSchema.encode({ peStatus: [...statuses, { status: PE_STATUS.ok }] });
}

const STATUS_OF: Record<ProfilePackageErrorCode, keyof typeof PE_STATUS> = {
  TRUNCATED: 'invalidRequestFormat',
  TRAILING_OCTETS: 'invalidRequestFormat',
  MALFORMED_ELEMENT: 'invalidRequestFormat',
  ELEMENT_TOO_LARGE: 'notEnoughMemory',
  PACKAGE_TOO_LARGE: 'notEnoughMemory',
  FILE_SYSTEM_TOO_LARGE: 'notEnoughMemory',
  HEADER_NOT_FIRST: 'invalidRequestFormat',
  MF_NOT_SECOND: 'invalidRequestFormat',
  ELEMENT_REPEATED: 'invalidParameter',
  ELEMENT_OUT_OF_ORDER: 'invalidParameter',
  IDENTIFICATION_REPEATED: 'invalidParameter',
  SERVICE_WITHOUT_ELEMENT: 'badValues',
  UNSUPPORTED_VERSION: 'unsupportedProfileVersion',
  UNSUPPORTED_SERVICE: 'featureNotSupported',
  UNSUPPORTED_TEMPLATE: 'templateNotSupported',
  UNSUPPORTED_APPLICATION: 'libNotSupported',
  UNSUPPORTED_ELEMENT: 'peNotSupported',
  BAD_FILE: 'badValues',
  FILE_NOT_FOUND: 'badValues',
  FILE_EXISTS: 'badValues',
  BAD_PARAMETER: 'invalidParameter',
  CODE_MISSING: 'pinCodeMissing',
  BAD_SUBSCRIPTION_VALUE: 'badValues',
};

/** The response of an eUICC that gave up because of `error`; nothing of the profile is kept. */
export function encodeFailureResponse(error: ProfilePackageError): Uint8Array {
  const response: Encodable<typeof EuiccResponseSchema> = {
    // An offset is required; zero means the element as a whole.
    peStatus: [{ status: statusOf(error.code), identification: error.identification, offset: 0 }],
    profileInstallationAborted: null,
  };
  return EuiccResponseSchema.encode(response);
}

function statusOf(code: ProfilePackageErrorCode): number {
  return PE_STATUS[STATUS_OF[code]];
}
