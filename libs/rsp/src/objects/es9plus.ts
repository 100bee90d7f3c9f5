import { choice, type Decoded, explicit, integer, octets, sequence } from '@tegata/der';
import { AuthenticateServerResponse, ServerSigned1 } from './authenticate-server.ts';
import { CancelSessionResponse } from './cancel-session.ts';
import { CHALLENGE_OCTETS, certificate, ciKeyIdentifier, serverAddress, signature, transactionId } from './elements.ts';
import { BoundProfilePackage } from './es8plus.ts';
import { AuthenticateClientResponseEs11 } from './es11.ts';
import { EUICCInfo1 } from './euicc-info.ts';
import { StoreMetadataRequest } from './metadata.ts';
import { PendingNotification } from './notifications.ts';
import { PrepareDownloadResponse, SmdpSigned2 } from './prepare-download.ts';

/** ES9+ in its ASN.1 binding (SGP.22 section 6.6.2). The JSON binding carries the same objects one by one. */

/** BF39. */
export const InitiateAuthenticationRequest = sequence(0xbf39, {
  euiccChallenge: octets(0x81, CHALLENGE_OCTETS),
  smdpAddress: serverAddress(0x83),
  euiccInfo1: EUICCInfo1,
});
export type InitiateAuthenticationRequest = Decoded<typeof InitiateAuthenticationRequest>;

export const InitiateAuthenticationError = {
  invalidDpAddress: 1,
  euiccVersionNotSupportedByDp: 2,
  ciPKNotSupported: 3,
} as const;

export const InitiateAuthenticationOk = sequence(0xa0, {
  transactionId,
  serverSigned1: ServerSigned1,
  serverSignature1: signature,
  euiccCiPKIdToBeUsed: ciKeyIdentifier,
  serverCertificate: certificate,
});
export type InitiateAuthenticationOk = Decoded<typeof InitiateAuthenticationOk>;

export const InitiateAuthenticationResponse = explicit(
  0xbf39,
  choice({
    initiateAuthenticationOk: InitiateAuthenticationOk,
    /** see `InitiateAuthenticationError` */
    initiateAuthenticationError: integer(0x81),
  }),
);
export type InitiateAuthenticationResponse = Decoded<typeof InitiateAuthenticationResponse>;

/** BF3B. */
export const AuthenticateClientRequest = sequence(0xbf3b, {
  transactionId,
  authenticateServerResponse: AuthenticateServerResponse,
});
export type AuthenticateClientRequest = Decoded<typeof AuthenticateClientRequest>;

export const AuthenticateClientError = {
  eumCertificateInvalid: 1,
  eumCertificateExpired: 2,
  euiccCertificateInvalid: 3,
  euiccCertificateExpired: 4,
  euiccSignatureInvalid: 5,
  matchingIdRefused: 6,
  eidMismatch: 7,
  noEligibleProfile: 8,
  ciPKUnknown: 9,
  invalidTransactionId: 10,
  undefinedError: 127,
} as const;

/** As later editions of v2 have it, and eUICCs expect: the three members in place of a PrepareDownloadRequest. */
export const AuthenticateClientOk = sequence(0xa0, {
  transactionId,
  profileMetadata: StoreMetadataRequest,
  smdpSigned2: SmdpSigned2,
  smdpSignature2: signature,
  smdpCertificate: certificate,
});
export type AuthenticateClientOk = Decoded<typeof AuthenticateClientOk>;

export const AuthenticateClientResponseEs9 = explicit(
  0xbf3b,
  choice({
    authenticateClientOk: AuthenticateClientOk,
    /** see `AuthenticateClientError` */
    authenticateClientError: integer(0x81),
  }),
);
export type AuthenticateClientResponseEs9 = Decoded<typeof AuthenticateClientResponseEs9>;

/** BF3A. */
export const GetBoundProfilePackageRequest = sequence(0xbf3a, {
  transactionId,
  prepareDownloadResponse: PrepareDownloadResponse,
});
export type GetBoundProfilePackageRequest = Decoded<typeof GetBoundProfilePackageRequest>;

export const GetBoundProfilePackageError = {
  euiccSignatureInvalid: 1,
  confirmationCodeMissing: 2,
  confirmationCodeRefused: 3,
  confirmationCodeRetriesExceeded: 4,
  invalidTransactionId: 95,
  undefinedError: 127,
} as const;

export const GetBoundProfilePackageResponse = explicit(
  0xbf3a,
  choice({
    getBoundProfilePackageOk: sequence(0xa0, { transactionId, boundProfilePackage: BoundProfilePackage }),
    /** see `GetBoundProfilePackageError` */
    getBoundProfilePackageError: integer(0x81),
  }),
);
export type GetBoundProfilePackageResponse = Decoded<typeof GetBoundProfilePackageResponse>;

/** BF3D; there is no answer. */
export const HandleNotification = sequence(0xbf3d, { pendingNotification: explicit(0xa0, PendingNotification) });
export type HandleNotification = Decoded<typeof HandleNotification>;

/** BF41 of ES9+: the answer of the eUICC inside has the tag A1 here instead of its own. */
export const CancelSessionRequestEs9 = sequence(0xbf41, {
  transactionId,
  cancelSessionResponse: CancelSessionResponse.withTag(0xa1),
});
export type CancelSessionRequestEs9 = Decoded<typeof CancelSessionRequestEs9>;

export const CancelSessionEs9Error = {
  invalidTransactionId: 1,
  euiccSignatureInvalid: 2,
  undefinedError: 127,
} as const;

export const CancelSessionResponseEs9 = explicit(
  0xbf41,
  choice({
    cancelSessionOk: sequence(0xa0, {}),
    /** see `CancelSessionEs9Error` */
    cancelSessionError: integer(0x81),
  }),
);
export type CancelSessionResponseEs9 = Decoded<typeof CancelSessionResponseEs9>;

/** A2: any request of ES9+ (and of ES11, which has the same ones). */
export const RemoteProfileProvisioningRequest = explicit(
  0xa2,
  choice({
    initiateAuthenticationRequest: InitiateAuthenticationRequest,
    authenticateClientRequest: AuthenticateClientRequest,
    getBoundProfilePackageRequest: GetBoundProfilePackageRequest,
    cancelSessionRequestEs9: CancelSessionRequestEs9,
    handleNotification: HandleNotification,
  }),
);
export type RemoteProfileProvisioningRequest = Decoded<typeof RemoteProfileProvisioningRequest>;

/** A2: any answer of ES9+ and ES11. */
export const RemoteProfileProvisioningResponse = explicit(
  0xa2,
  choice({
    initiateAuthenticationResponse: InitiateAuthenticationResponse,
    authenticateClientResponseEs9: AuthenticateClientResponseEs9,
    getBoundProfilePackageResponse: GetBoundProfilePackageResponse,
    cancelSessionResponseEs9: CancelSessionResponseEs9,
    authenticateClientResponseEs11: AuthenticateClientResponseEs11,
  }),
);
export type RemoteProfileProvisioningResponse = Decoded<typeof RemoteProfileProvisioningResponse>;
