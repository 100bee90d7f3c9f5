import {
  type DeleteEventRequest,
  type DeleteEventResponse,
  Es12Service,
  type RegisterEventRequest,
  type RegisterEventResponse,
} from '@tegata/contracts/gsma-rsp-v2';
import { eid, flag, text } from './forms.ts';
import { membersOf } from './members.ts';
import type { RspFunction, RspInterface } from './rsp-function.ts';

const register = membersOf<RegisterEventRequest>();
const remove = membersOf<DeleteEventRequest>();

const registerEvent: RspFunction<RegisterEventRequest, RegisterEventResponse> = {
  method: Es12Service.registerEvent,
  request: [
    register.required('eid', eid),
    register.required('rspServerAddress', text),
    register.required('eventId', text),
    register.required('forwardingIndicator', flag),
  ],
  answer: [],
  repeatable: true,
};

const deleteEvent: RspFunction<DeleteEventRequest, DeleteEventResponse> = {
  method: Es12Service.deleteEvent,
  request: [remove.required('eid', eid), remove.required('eventId', text)],
  answer: [],
  // The second time the event is unknown.
  repeatable: false,
};

/** ES12, SM-DP+ to SM-DS (SGP.22 section 5.9). */
export const es12 = {
  path: 'es12',
  server: 'SM-DS',
  requestHeader: true,
  functions: { registerEvent, deleteEvent },
} as const satisfies RspInterface;

/** ES15, SM-DS to root SM-DS (SGP.22 section 5.10): the functions of ES12 under a path of their own. */
export const es15 = { ...es12, path: 'es15' } as const satisfies RspInterface;
