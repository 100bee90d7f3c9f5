import {
  choice,
  type Decoded,
  type Encodable,
  explicit,
  integer,
  octets,
  optional,
  sequence,
  Universal,
  utf8String,
} from '@tegata/der';
import {
  CHALLENGE_OCTETS,
  certificate,
  ciKeyIdentifier,
  serverAddress,
  signature,
  transactionId,
  version,
} from './elements.ts';
import { EUICCInfo2 } from './euicc-info.ts';

/** ES10b.AuthenticateServer: both halves of common mutual authentication (SGP.22 sections 3.0.1, 5.7.13). */

/** What a device can do: the highest release it supports of each system, as versions. */
export const DeviceCapabilities = sequence(0xa1, {
  gsmSupportedRelease: optional(version(0x80)),
  utranSupportedRelease: optional(version(0x81)),
  cdma2000onexSupportedRelease: optional(version(0x82)),
  cdma2000hrpdSupportedRelease: optional(version(0x83)),
  cdma2000ehrpdSupportedRelease: optional(version(0x84)),
  eutranSupportedRelease: optional(version(0x85)),
  contactlessSupportedRelease: optional(version(0x86)),
  rspCrlSupportedVersion: optional(version(0x87)),
  rspRpmSupportedVersion: optional(version(0x88)),
});
export type DeviceCapabilities = Decoded<typeof DeviceCapabilities>;

/** The device the eUICC is in (SGP.22 section 4.2). */
export const DeviceInfo = sequence(0xa1, {
  tac: octets(0x80, 4),
  deviceCapabilities: DeviceCapabilities,
  imei: optional(octets(0x82, 8)),
});
export type DeviceInfo = Decoded<typeof DeviceInfo>;

/** CtxParams1: ctxParamsForCommonAuthentication, the only alternative of this CHOICE. */
export const CtxParams1 = sequence(0xa0, {
  matchingId: optional(utf8String(0x80, 0, 255)),
  deviceInfo: DeviceInfo,
});
export type CtxParams1 = Decoded<typeof CtxParams1>;
export type CtxParams1Input = Encodable<typeof CtxParams1>;

/** What serverSignature1 is over. */
export const ServerSigned1 = sequence(0x30, {
  transactionId,
  euiccChallenge: octets(0x81, CHALLENGE_OCTETS),
  serverAddress: serverAddress(0x83),
  serverChallenge: octets(0x84, CHALLENGE_OCTETS),
});
export type ServerSigned1 = Decoded<typeof ServerSigned1>;

/** BF38: what the LPA gives the eUICC. */
export const AuthenticateServerRequest = sequence(0xbf38, {
  serverSigned1: ServerSigned1,
  serverSignature1: signature,
  euiccCiPKIdToBeUsed: ciKeyIdentifier,
  serverCertificate: certificate,
  ctxParams1: CtxParams1,
});
export type AuthenticateServerRequest = Decoded<typeof AuthenticateServerRequest>;

/** What euiccSignature1 is over. */
export const EuiccSigned1 = sequence(0x30, {
  transactionId,
  serverAddress: serverAddress(0x83),
  serverChallenge: octets(0x84, CHALLENGE_OCTETS),
  euiccInfo2: EUICCInfo2,
  ctxParams1: CtxParams1,
});
export type EuiccSigned1 = Decoded<typeof EuiccSigned1>;

export const AuthenticateErrorCode = {
  invalidCertificate: 1,
  invalidSignature: 2,
  unsupportedCurve: 3,
  noSessionContext: 4,
  invalidOid: 5,
  euiccChallengeMismatch: 6,
  ciPKUnknown: 7,
  undefinedError: 127,
} as const;

export const AuthenticateResponseOk = sequence(0xa0, {
  euiccSigned1: EuiccSigned1,
  euiccSignature1: signature,
  euiccCertificate: certificate,
  eumCertificate: certificate,
});
export type AuthenticateResponseOk = Decoded<typeof AuthenticateResponseOk>;

export const AuthenticateResponseError = sequence(0xa1, {
  transactionId,
  /** see `AuthenticateErrorCode` */
  authenticateErrorCode: integer(Universal.INTEGER),
});
export type AuthenticateResponseError = Decoded<typeof AuthenticateResponseError>;

/** BF38: what the eUICC answers; goes to the server as it is. */
export const AuthenticateServerResponse = explicit(
  0xbf38,
  choice({
    authenticateResponseOk: AuthenticateResponseOk,
    authenticateResponseError: AuthenticateResponseError,
  }),
);
export type AuthenticateServerResponse = Decoded<typeof AuthenticateServerResponse>;
