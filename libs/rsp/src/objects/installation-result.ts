import {
  choice,
  type Decoded,
  explicit,
  integer,
  namedBits,
  nothing,
  objectIdentifier,
  octets,
  optional,
  sequence,
  sequenceOf,
  Universal,
  utf8String,
} from '@tegata/der';
import { NotificationEventBits } from '../identifiers/notification-event.ts';
import { iccid, serverAddress, signature, transactionId } from './elements.ts';

/** Outcome of a profile installation, signed by the eUICC (SGP.22 section 2.5.6). */

/** Highest number of a notification that this system takes: an eUICC counts one for each event of its life. */
const MAXIMUM_SEQ_NUMBER = 0x7fff_ffff;

/** What a notification is about; its own number, the server it is for. */
export const NotificationMetadata = sequence(0xbf2f, {
  seqNumber: integer(0x80, 0, MAXIMUM_SEQ_NUMBER),
  /** one event */
  profileManagementOperation: namedBits(0x81, NotificationEventBits),
  notificationAddress: serverAddress(Universal.UTF8_STRING),
  iccid: optional(iccid),
});
export type NotificationMetadata = Decoded<typeof NotificationMetadata>;

export const BppCommandId = {
  initialiseSecureChannel: 0,
  configureISDP: 1,
  storeMetadata: 2,
  storeMetadata2: 3,
  replaceSessionKeys: 4,
  loadProfileElements: 5,
} as const;

export const ErrorReason = {
  incorrectInputValues: 1,
  invalidSignature: 2,
  invalidTransactionId: 3,
  unsupportedCrtValues: 4,
  unsupportedRemoteOperationType: 5,
  unsupportedProfileClass: 6,
  scp03tStructureError: 7,
  scp03tSecurityError: 8,
  installFailedDueToIccidAlreadyExistsOnEuicc: 9,
  installFailedDueToInsufficientMemoryForProfile: 10,
  installFailedDueToInterruption: 11,
  installFailedDueToPEProcessingError: 12,
  installFailedDueToIccidMismatch: 13,
  testProfileInstallFailedDueToInvalidNaaKey: 14,
  pprNotAllowed: 15,
  installFailedDueToUnknownError: 127,
} as const;

export const SuccessResult = sequence(0xa0, {
  /** of the ISD-P that holds the profile */
  aid: octets(0x4f, 5, 16),
  /** octets of `EuiccResponse` */
  simaResponse: octets(Universal.OCTET_STRING),
});

export const ErrorResult = sequence(0xa1, {
  /** see `BppCommandId` */
  bppCommandId: integer(0x80),
  /** see `ErrorReason` */
  errorReason: integer(0x81),
  /** octets of `EuiccResponse` */
  simaResponse: optional(octets(0x82)),
});

/** What euiccSignPIR is over. */
export const ProfileInstallationResultData = sequence(0xbf27, {
  transactionId,
  notificationMetadata: NotificationMetadata,
  smdpOid: optional(objectIdentifier(Universal.OBJECT_IDENTIFIER)),
  finalResult: explicit(0xa2, choice({ successResult: SuccessResult, errorResult: ErrorResult })),
});
export type ProfileInstallationResultData = Decoded<typeof ProfileInstallationResultData>;

/** BF37: last answer to ES10b.LoadBoundProfilePackage, and the notification of it. */
export const ProfileInstallationResult = sequence(0xbf37, {
  profileInstallationResultData: ProfileInstallationResultData,
  euiccSignPIR: signature,
});
export type ProfileInstallationResult = Decoded<typeof ProfileInstallationResult>;

/** Status of a profile element; ISO 7816 status words (6xxx, 9xxx) and proprietary values (Axxx and up) also occur. */
export const PeStatusCode = {
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

const PeStatus = sequence(0x30, {
  /** see `PeStatusCode` */
  status: integer(0x80),
  /** of the profile element the status is about */
  identification: optional(integer(0x81, 0, 0x7fff)),
  additionalInformation: optional(integer(0x82, 0, 0xff)),
  /** position in the profile element, octets */
  offset: optional(integer(0x83, 0, 0x7fff_ffff)),
});

/** EUICCResponse of the interoperable profile format: the content of simaResponse. */
export const EuiccResponse = sequence(0x30, {
  peStatus: sequenceOf(0xa0, PeStatus),
  profileInstallationAborted: optional(nothing(0x81)),
  statusMessage: optional(utf8String(0x82, 2, 64)),
});
export type EuiccResponse = Decoded<typeof EuiccResponse>;
