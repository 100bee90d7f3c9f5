import type { RandomSource } from '../cryptography/random-source.ts';
import { TRANSACTION_ID_OCTETS } from '../identifiers/transaction-id.ts';
import { CHALLENGE_OCTETS } from '../objects/elements.ts';
import type { SessionOpening } from '../procedures/initiate-authentication.ts';

/** A session that is named and challenged at random (drawn in this order), by a server that keeps what it drew. */
export const drawSession = (random: RandomSource): SessionOpening => ({
  transactionId: random(TRANSACTION_ID_OCTETS),
  serverChallenge: random(CHALLENGE_OCTETS),
});
