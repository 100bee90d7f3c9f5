import type { ExecutionStatus, FunctionExecutionStatus } from '@tegata/rsp';
import { type Form, objectOf, text, word } from './forms.ts';
import { type JsonObject, MemberError } from './json.ts';
import { type Member, membersOf } from './members.ts';

type StatusCodeData = NonNullable<FunctionExecutionStatus['statusCodeData']>;

const codes = membersOf<StatusCodeData>();
const outcome = membersOf<FunctionExecutionStatus>();

const status = word<ExecutionStatus>({
  'Executed-Success': 'Executed-Success',
  'Executed-WithWarning': 'Executed-WithWarning',
  Failed: 'Failed',
  Expired: 'Expired',
});

const statusOfFunction = outcome.required('status', status);

const codesOfFunction = outcome.optional(
  'statusCodeData',
  objectOf<StatusCodeData>([
    codes.required('subjectCode', text),
    codes.required('reasonCode', text),
    codes.optional('subjectIdentifier', text, undefined),
    codes.optional('message', text, undefined),
  ]),
  undefined,
);

/** How the execution of a function ended (SGP.22 sections 5.2.6 and 6.5.1.4). */
export const executionStatus: Form<FunctionExecutionStatus> = objectOf([statusOfFunction, codesOfFunction]);

/** Codes of an answer that can't be read are as good as none: whether the function was carried out is for the status to say. */
const codesIfReadable: Member<FunctionExecutionStatus> = {
  ...codesOfFunction,
  read(object, path) {
    try {
      return codesOfFunction.read(object, path);
    } catch (error) {
      if (error instanceof MemberError) return undefined;
      throw error;
    }
  },
};

/** The header of an answer. */
export interface AnswerHeader {
  readonly functionExecutionStatus: FunctionExecutionStatus;
}

/** The header of a request of another server. */
export interface RequestHeader {
  /** Who calls: the OID or another name that both sides know. */
  readonly functionRequesterIdentifier: string;
  /** Names this call among those of the requester; comes back in logs only. */
  readonly functionCallIdentifier: string;
}

const answerHeader = membersOf<AnswerHeader>();
const requestHeader = membersOf<RequestHeader>();

/** `header` of every answer. */
export const headerOfAnswer: Form<AnswerHeader> = objectOf<AnswerHeader>([
  answerHeader.required('functionExecutionStatus', objectOf([statusOfFunction, codesIfReadable])),
]);

/** `header` of requests of ES2+, ES12 and ES15. */
export const headerOfRequest: Form<RequestHeader> = objectOf<RequestHeader>([
  requestHeader.required('functionRequesterIdentifier', text),
  requestHeader.required('functionCallIdentifier', text),
]);

/** The answer of a function that was carried out: the header before the members. */
export function successful(members: JsonObject): JsonObject {
  return { header: headerOfAnswer.write({ functionExecutionStatus: { status: 'Executed-Success' } }), ...members };
}

/** The answer of a function that was not carried out: the header alone. */
export function unsuccessful(functionExecutionStatus: FunctionExecutionStatus): JsonObject {
  return { header: headerOfAnswer.write({ functionExecutionStatus }) };
}
