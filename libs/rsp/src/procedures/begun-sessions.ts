import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Certificate, ciKeyIdentifier } from '@tegata/x509';
import type { RandomSource } from '../cryptography/random-source.ts';
import { TRANSACTION_ID_OCTETS } from '../identifiers/transaction-id.ts';
import { CHALLENGE_OCTETS } from '../objects/elements.ts';
import { type AuthenticatingServer, issuerOf, type OpenSession } from './initiate-authentication.ts';

const TIME_OCTETS = 6;
const RANDOM_OCTETS = 6;
const TAG_OCTETS = TRANSACTION_ID_OCTETS - TIME_OCTETS - RANDOM_OCTETS;

/** A session whose eUICC has not authenticated itself yet. */
export interface BegunSession {
  readonly transactionId: Buffer;
  readonly serverChallenge: Buffer;
  /** CI that the eUICC signs under. */
  readonly ci: Certificate;
  /** CI of the CERT.DPauth or CERT.DSauth that the session was signed with; CERT.DPpb is of the same one. */
  readonly serverCiKeyId: Uint8Array;
  readonly begunAt: Date;
}

/**
 * Sessions from InitiateAuthentication to AuthenticateClient. Anybody may begin one, so nothing is stored of them: what has to be known
 * again lies in the transactionId, and any replica with the same key reads it.
 *
 *     transactionId    milliseconds since 1970 (6 octets) | drawn at random (6) | tag (4)
 *     serverChallenge  16 octets
 *
 * Challenge and tag are the first 20 octets of HMAC-SHA256 over what is before the tag and the key identifiers of both CIs, each behind its
 * length (1 octet), in this order: nobody without the key foresees a challenge, or makes a transactionId that has one.
 */
export class BegunSessions {
  readonly #key: Uint8Array;
  readonly #random: RandomSource;
  readonly #clock: () => Date;

  /** @param key 32 octets, of this use alone */
  constructor(key: Uint8Array, random: RandomSource, clock: () => Date) {
    this.#key = key;
    this.#random = random;
    this.#clock = clock;
  }

  readonly begin: OpenSession = (ci, credential) => {
    const head = Buffer.alloc(TIME_OCTETS + RANDOM_OCTETS);
    head.writeUIntBE(this.#clock().getTime(), 0, TIME_OCTETS);
    head.set(this.#random(RANDOM_OCTETS), TIME_OCTETS);
    const { serverChallenge, tag } = this.#secretsOf(head, ciKeyIdentifier(ci), issuerOf(credential));
    return { transactionId: Buffer.concat([head, tag]), serverChallenge };
  };

  /** The session that was begun under this name with a certificate and a CI of this server; undefined for none. */
  read(
    transactionId: Uint8Array,
    { cis, credentials }: Pick<AuthenticatingServer, 'cis' | 'credentials'>,
  ): BegunSession | undefined {
    if (transactionId.length !== TRANSACTION_ID_OCTETS) return undefined;
    const head = Buffer.from(transactionId.subarray(0, -TAG_OCTETS));
    const received = transactionId.subarray(-TAG_OCTETS);
    for (const serverCiKeyId of credentials.map(issuerOf)) {
      for (const ci of cis) {
        const { serverChallenge, tag } = this.#secretsOf(head, ciKeyIdentifier(ci), serverCiKeyId);
        if (!timingSafeEqual(tag, received)) continue;
        const begunAt = new Date(head.readUIntBE(0, TIME_OCTETS));
        return { transactionId: Buffer.from(transactionId), serverChallenge, ci, serverCiKeyId, begunAt };
      }
    }
    return undefined;
  }

  #secretsOf(head: Uint8Array, ...keyIdentifiers: readonly Uint8Array[]) {
    const mac = createHmac('sha256', this.#key).update(head);
    for (const identifier of keyIdentifiers) mac.update(Buffer.of(identifier.length)).update(identifier);
    const digest = mac.digest();
    const end = CHALLENGE_OCTETS + TAG_OCTETS;
    return { serverChallenge: digest.subarray(0, CHALLENGE_OCTETS), tag: digest.subarray(CHALLENGE_OCTETS, end) };
  }
}
