import {
  type AuthenticateClientRequest,
  type AuthenticateClientResponse,
  type CancelSessionRequest,
  type CancelSessionResponse,
  Es9PlusService,
  type GetBoundProfilePackageRequest,
  type GetBoundProfilePackageResponse,
  type HandleNotificationRequest,
  type HandleNotificationResponse,
  type InitiateAuthenticationRequest,
  type InitiateAuthenticationResponse,
} from '@tegata/contracts/gsma-rsp-v2';
import { base64, text, transactionId } from './forms.ts';
import { type Members, membersOf } from './members.ts';
import type { RspFunction, RspInterface } from './rsp-function.ts';

const initiateRequest = membersOf<InitiateAuthenticationRequest>();
const initiateAnswer = membersOf<InitiateAuthenticationResponse>();
const authenticateRequest = membersOf<AuthenticateClientRequest>();
const authenticateAnswer = membersOf<AuthenticateClientResponse>();
const packageRequest = membersOf<GetBoundProfilePackageRequest>();
const packageAnswer = membersOf<GetBoundProfilePackageResponse>();
const notification = membersOf<HandleNotificationRequest>();
const cancel = membersOf<CancelSessionRequest>();

/** Request of InitiateAuthentication, the same in ES9+ and ES11. */
export const initiateAuthenticationRequest: Members<InitiateAuthenticationRequest> = [
  initiateRequest.required('euiccChallenge', base64),
  initiateRequest.required('euiccInfo1', base64),
  initiateRequest.required('smdpAddress', text),
];

/** Answer to InitiateAuthentication, the same in ES9+ and ES11. */
export const initiateAuthenticationAnswer: Members<InitiateAuthenticationResponse> = [
  initiateAnswer.required('transactionId', transactionId),
  initiateAnswer.required('serverSigned1', base64),
  initiateAnswer.required('serverSignature1', base64),
  initiateAnswer.required('euiccCiPkIdToBeUsed', base64, 'euiccCiPKIdToBeUsed'),
  initiateAnswer.required('serverCertificate', base64),
];

/** Request of AuthenticateClient, the same in ES9+ and ES11. */
export const authenticateClientRequest: Members<AuthenticateClientRequest> = [
  authenticateRequest.required('transactionId', transactionId),
  authenticateRequest.required('authenticateServerResponse', base64),
];

const initiateAuthentication: RspFunction<InitiateAuthenticationRequest, InitiateAuthenticationResponse> = {
  method: Es9PlusService.initiateAuthentication,
  request: initiateAuthenticationRequest,
  answer: initiateAuthenticationAnswer,
  // Each call opens a session of its own, and one that nobody continues lapses.
  repeatable: true,
};

const authenticateClient: RspFunction<AuthenticateClientRequest, AuthenticateClientResponse> = {
  method: Es9PlusService.authenticateClient,
  request: authenticateClientRequest,
  answer: [
    authenticateAnswer.required('transactionId', transactionId),
    authenticateAnswer.required('profileMetadata', base64),
    authenticateAnswer.required('smdpSigned2', base64),
    authenticateAnswer.required('smdpSignature2', base64),
    authenticateAnswer.required('smdpCertificate', base64),
  ],
  repeatable: false,
};

const getBoundProfilePackage: RspFunction<GetBoundProfilePackageRequest, GetBoundProfilePackageResponse> = {
  method: Es9PlusService.getBoundProfilePackage,
  request: [
    packageRequest.required('transactionId', transactionId),
    packageRequest.required('prepareDownloadResponse', base64),
  ],
  answer: [
    packageAnswer.required('transactionId', transactionId),
    packageAnswer.required('boundProfilePackage', base64),
  ],
  // A wrong confirmation code counts once per call.
  repeatable: false,
};

const handleNotification: RspFunction<HandleNotificationRequest, HandleNotificationResponse> = {
  method: Es9PlusService.handleNotification,
  request: [notification.required('pendingNotification', base64)],
  answer: undefined,
  repeatable: true,
};

const cancelSession: RspFunction<CancelSessionRequest, CancelSessionResponse> = {
  method: Es9PlusService.cancelSession,
  request: [cancel.required('transactionId', transactionId), cancel.required('cancelSessionResponse', base64)],
  answer: [],
  repeatable: false,
};

/** ES9+, LPA to SM-DP+ (SGP.22 sections 5.6 and 6.5.2.6 to 6.5.2.10). */
export const es9plus = {
  path: 'es9plus',
  server: 'SM-DP+',
  requestHeader: false,
  functions: { initiateAuthentication, authenticateClient, getBoundProfilePackage, handleNotification, cancelSession },
} as const satisfies RspInterface;
