import { scrypt, timingSafeEqual } from 'node:crypto';
import { type Decoded, integer, octets, sequence } from '@tegata/der';
import type { RandomSource } from '@tegata/rsp';

/**
 * A secret as it is kept: its scrypt hash (RFC 7914) with the salt and the parameters it was made with, so that the
 * parameters can be raised later without anyone registering anew.
 */
export const SecretHashSchema = sequence(0x30, {
  salt: octets(0x80, 16),
  /** binary logarithm of N */
  costLog2: integer(0x81, 10, 22),
  blockSize: integer(0x82, 1, 32),
  parallelization: integer(0x83, 1, 16),
  hash: octets(0x84, 32),
});
export type SecretHash = Decoded<typeof SecretHashSchema>;

/** Cost of one guess. */
export interface HashCost {
  readonly costLog2: number;
  readonly blockSize: number;
  readonly parallelization: number;
}

/** 32 MiB and about a tenth of a second for each guess. */
export const STANDARD_HASH_COST: HashCost = { costLog2: 15, blockSize: 8, parallelization: 1 };

const HASH_OCTETS = 32;

/** Hashes a secret for keeping, with a fresh salt. */
export async function hashSecret(
  secret: string,
  random: RandomSource,
  cost: HashCost = STANDARD_HASH_COST,
): Promise<Omit<SecretHash, 'raw'>> {
  const salt = Uint8Array.from(random(16));
  return { salt, ...cost, hash: await derive(secret, salt, cost) };
}

/** Whether this is the secret that was hashed. Takes as long whatever the answer is. */
export async function isSecret(secret: string, kept: Omit<SecretHash, 'raw'>): Promise<boolean> {
  return timingSafeEqual(await derive(secret, kept.salt, kept), kept.hash);
}

/**
 * The same characters may be typed as different code points on different keyboards; compatibility composition (as
 * RFC 8265 has it for passwords) makes them one.
 */
function derive(secret: string, salt: Uint8Array, cost: HashCost): Promise<Buffer> {
  const N = 2 ** cost.costLog2;
  const { blockSize: r, parallelization: p } = cost;
  const maxmem = 128 * r * (N + p + 2);
  return new Promise((resolve, reject) => {
    scrypt(secret.normalize('NFKC'), salt, HASH_OCTETS, { N, r, p, maxmem }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
