import { type Decoded, type Encodable, namedBits, sequence, sequenceOf } from '@tegata/der';
import { OperatorId } from './operator-id.ts';

/** Bits of PprIds: profile policy rules (SGP.22 section 2.4.10). */
export const PprIdBits = {
  pprUpdateControl: 0,
  /** disabling of this profile is not allowed */
  ppr1: 1,
  /** deletion of this profile is not allowed */
  ppr2: 2,
  /** deletion of this profile is required upon its disabling */
  ppr3: 3,
} as const;

/** A profile policy rule by name. */
export type PprId = keyof typeof PprIdBits;

const ProfilePolicyAuthorisationRule = sequence(0x30, {
  pprIds: namedBits(0x80, PprIdBits),
  allowedOperators: sequenceOf(0xa1, OperatorId),
  pprFlags: namedBits(0x82, { consentRequired: 0 }),
});

/** BF43: the request of ES10b.GetRAT. */
export const GetRatRequest = sequence(0xbf43, {});

/** BF43: which operators may set which rules (SGP.22 sections 2.4.11, 5.7.22). */
export const GetRatResponse = sequence(0xbf43, { rat: sequenceOf(0xa0, ProfilePolicyAuthorisationRule) });
export type GetRatResponse = Decoded<typeof GetRatResponse>;
export type GetRatResponseInput = Exclude<Encodable<typeof GetRatResponse>, Uint8Array>;
