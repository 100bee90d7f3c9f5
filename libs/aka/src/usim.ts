import type { AuthenticationFunctions } from './authentication-functions.ts';
import {
  type AcceptedSequenceNumbers,
  acceptSequenceNumber,
  type FreshnessRules,
  highestAccepted,
  STANDARD_FRESHNESS,
} from './sequence-number.ts';
import { buildAuts, openAutn } from './tokens.ts';

/** A challenge as the AUTHENTICATE command brings it (3GPP TS 31.102 section 7.1.2.1). */
export interface Challenge {
  /** 16 octets */
  readonly rand: Uint8Array;
  /** 16 octets */
  readonly autn: Uint8Array;
}

export type UsimAuthentication =
  | {
      readonly outcome: 'success';
      readonly res: Uint8Array;
      /** 16 octets */
      readonly ck: Uint8Array;
      /** 16 octets */
      readonly ik: Uint8Array;
      /** 2 octets, as the network set it */
      readonly amf: Uint8Array;
      /** to be stored before RES leaves the card: a challenge answered twice is a replay */
      readonly accepted: AcceptedSequenceNumbers;
    }
  /** the network does not know the key (status word 9862); nothing changes */
  | { readonly outcome: 'macFailure' }
  /** the network knows the key but its number is not fresh; AUTS (14 octets) tells it the right one. Nothing changes */
  | { readonly outcome: 'synchronisationFailure'; readonly auts: Uint8Array };

/**
 * What a USIM does with a challenge (3GPP TS 33.102 section 6.3.3): MAC-A first, then the freshness of SQN, then RES and keys.
 *
 * @param accepted the card's sequence numbers as last stored
 * @throws AkaError `BAD_SIZE`
 */
export function authenticateAsUsim(
  functions: AuthenticationFunctions,
  accepted: AcceptedSequenceNumbers,
  challenge: Challenge,
  rules: FreshnessRules = STANDARD_FRESHNESS,
): UsimAuthentication {
  const { res, ck, ik, ak } = functions.f2345(challenge.rand);
  const token = openAutn(functions, challenge.rand, challenge.autn, ak);
  if (token === undefined) return { outcome: 'macFailure' };
  const successor = acceptSequenceNumber(accepted, token.sqn, rules);
  if (successor === undefined) {
    return { outcome: 'synchronisationFailure', auts: buildAuts(functions, challenge.rand, highestAccepted(accepted)) };
  }
  return { outcome: 'success', res, ck, ik, amf: token.amf, accepted: successor };
}
