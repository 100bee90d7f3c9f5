import {
  type CancelOrderRequest,
  type CancelOrderResponse,
  type ConfirmOrderRequest,
  type ConfirmOrderResponse,
  type DownloadOrderRequest,
  type DownloadOrderResponse,
  Es2PlusService,
  FinalProfileStatusIndicator,
  type ReleaseProfileRequest,
  type ReleaseProfileResponse,
} from '@tegata/contracts/gsma-rsp-v2';
import { eid, flag, iccid, text, word } from './forms.ts';
import { type Member, membersOf, ownValue } from './members.ts';
import type { RspFunction, RspInterface } from './rsp-function.ts';

const order = membersOf<DownloadOrderRequest>();
const ordered = membersOf<DownloadOrderResponse>();
const confirm = membersOf<ConfirmOrderRequest>();
const confirmed = membersOf<ConfirmOrderResponse>();
const cancel = membersOf<CancelOrderRequest>();
const release = membersOf<ReleaseProfileRequest>();

/** What becomes of the profile of a cancelled order, as JSON names it. */
const finalProfileStatus = word<FinalProfileStatusIndicator>({
  Available: FinalProfileStatusIndicator.AVAILABLE,
  Unavailable: FinalProfileStatusIndicator.UNAVAILABLE,
});

/** A profileType beside an iccid: the type that the profile must have (SGP.22 section 5.3.1). */
const typeOfProfile: Member<DownloadOrderRequest> = {
  names: ['profileType'],
  field: 'expectedProfileType',
  read(object, path) {
    const value = ownValue(object, 'profileType');
    const asCheck = value !== undefined && ownValue(object, 'iccid') !== undefined;
    return asCheck ? text.read(value, `${path}profileType`) : '';
  },
  write: ({ expectedProfileType }) => (expectedProfileType === '' ? [] : [['profileType', expectedProfileType]]),
};

const downloadOrder: RspFunction<DownloadOrderRequest, DownloadOrderResponse> = {
  method: Es2PlusService.downloadOrder,
  request: [order.optional('eid', eid, ''), order.choice('profile', { iccid, profileType: text }), typeOfProfile],
  answer: [ordered.required('iccid', iccid)],
  repeatable: false,
};

/** A matchingId that is given and empty asks for a default order (SGP.22 section 5.3.2); one that is left out, for any matchingId. */
const defaultOrder: Member<ConfirmOrderRequest> = {
  names: ['matchingId'],
  field: 'defaultOrder',
  read: (object) => Object.hasOwn(object, 'matchingId') && object.matchingId === '',
  write: (message) => (message.defaultOrder ? [['matchingId', '']] : []),
};

const confirmOrder: RspFunction<ConfirmOrderRequest, ConfirmOrderResponse> = {
  method: Es2PlusService.confirmOrder,
  request: [
    confirm.required('iccid', iccid),
    confirm.optional('eid', eid, ''),
    confirm.optional('matchingId', text, ''),
    defaultOrder,
    confirm.optional('confirmationCode', text, ''),
    confirm.optional('smdsAddress', text, ''),
    confirm.required('releaseFlag', flag),
  ],
  answer: [
    confirmed.optional('eid', eid, ''),
    confirmed.required('matchingId', text),
    confirmed.optional('smdpAddress', text, ''),
  ],
  repeatable: false,
};

const cancelOrder: RspFunction<CancelOrderRequest, CancelOrderResponse> = {
  method: Es2PlusService.cancelOrder,
  request: [
    cancel.required('iccid', iccid),
    cancel.optional('eid', eid, ''),
    cancel.optional('matchingId', text, ''),
    cancel.required('finalProfileStatusIndicator', finalProfileStatus),
  ],
  answer: [],
  repeatable: false,
};

const releaseProfile: RspFunction<ReleaseProfileRequest, ReleaseProfileResponse> = {
  method: Es2PlusService.releaseProfile,
  request: [release.required('iccid', iccid)],
  answer: [],
  repeatable: false,
};

/** ES2+ as an SM-DP+ serves it to its operator (SGP.22 section 5.3). */
export const es2plus = {
  path: 'es2plus',
  server: 'SM-DP+',
  requestHeader: true,
  functions: { downloadOrder, confirmOrder, cancelOrder, releaseProfile },
} as const satisfies RspInterface;
