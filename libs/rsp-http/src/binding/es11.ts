import {
  type AuthenticateClientEs11Response,
  type AuthenticateClientRequest,
  Es11Service,
  type EventEntry,
  type InitiateAuthenticationRequest,
  type InitiateAuthenticationResponse,
} from '@tegata/contracts/gsma-rsp-v2';
import { authenticateClientRequest, initiateAuthenticationAnswer, initiateAuthenticationRequest } from './es9plus.ts';
import { listOf, objectOf, text, transactionId } from './forms.ts';
import { type Member, membersOf, ownValue } from './members.ts';
import type { RspFunction, RspInterface } from './rsp-function.ts';

const answer = membersOf<AuthenticateClientEs11Response>();
const event = membersOf<EventEntry>();

/** SGP.22 section 5.8.1 names the parameter smdsAddress. LPAs write it so, or as ES9+ has it, which is what we write. */
const addresses: readonly Member<InitiateAuthenticationRequest>[] = initiateAuthenticationRequest.map((member) =>
  member.field === 'smdpAddress'
    ? {
        ...member,
        names: ['smdpAddress', 'smdsAddress'],
        read(object, path) {
          const smdpAddress = ownValue(object, 'smdpAddress') ?? ownValue(object, 'smdsAddress') ?? null;
          return member.read({ smdpAddress }, path);
        },
      }
    : member,
);

const initiateAuthentication: RspFunction<InitiateAuthenticationRequest, InitiateAuthenticationResponse> = {
  method: Es11Service.initiateAuthentication,
  request: addresses,
  answer: initiateAuthenticationAnswer,
  repeatable: true,
};

const authenticateClient: RspFunction<AuthenticateClientRequest, AuthenticateClientEs11Response> = {
  method: Es11Service.authenticateClient,
  request: authenticateClientRequest,
  answer: [
    answer.required('transactionId', transactionId),
    answer.required(
      'eventEntries',
      listOf(objectOf([event.required('eventId', text), event.required('rspServerAddress', text)])),
    ),
  ],
  repeatable: false,
};

/**
 * ES11, LPA to SM-DS (SGP.22 section 5.8). An LPA calls an SM-DS as it calls an SM-DP+, under the path of ES9+; servers
 * take both.
 */
export const es11 = {
  path: 'es11',
  server: 'SM-DS',
  requestHeader: false,
  functions: { initiateAuthentication, authenticateClient },
} as const satisfies RspInterface;

/** ES11 where LPAs look for it: under the path of ES9+. */
export const es11UnderEs9plus = { ...es11, path: 'es9plus' } as const satisfies RspInterface;
