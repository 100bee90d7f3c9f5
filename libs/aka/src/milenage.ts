import { createCipheriv } from 'node:crypto';
import { AkaError, expectSize } from './aka-error.ts';
import type { AuthenticationFunctions, ChallengeOutput } from './authentication-functions.ts';
import { exclusiveOr } from './octets.ts';

/** The constants an operator may replace (3GPP TS 35.206 section 4.1). */
export interface MilenageConstants {
  /** r1..r5: cyclic rotations towards the most significant bit, in bits (0..127) */
  readonly rotations: readonly [number, number, number, number, number];
  /** c1..c5: 16 octets each */
  readonly constants: readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
}

/** r1 = 64, r2 = 0, r3 = 32, r4 = 64, r5 = 96; c1 = 0, c2 = 1, c3 = 2, c4 = 4, c5 = 8. */
export const STANDARD_CONSTANTS: MilenageConstants = {
  rotations: [64, 0, 32, 64, 96],
  constants: [lastOctet(0), lastOctet(1), lastOctet(2), lastOctet(4), lastOctet(8)],
};

/** Subscriber key and operator variant, as both the authentication centre and the USIM hold them. */
export interface MilenageKey {
  /** K (Ki), 16 octets */
  readonly k: Uint8Array;
  /** OPc, 16 octets */
  readonly opc: Uint8Array;
  /** other constants than the standard ones; both sides need the same */
  readonly constants?: MilenageConstants;
}

/**
 * OPc = OP xor E_K(OP), 16 octets (3GPP TS 35.206 section 4.1), from K and OP of 16 octets each.
 *
 * Done once, where the subscription is made: cards and authentication centre keep OPc, never OP.
 *
 * @throws AkaError `BAD_SIZE`
 */
export function deriveOpc(k: Uint8Array, op: Uint8Array): Uint8Array {
  expectSize(k, 16, 'K');
  expectSize(op, 16, 'OP');
  return exclusiveOr(blockCipher(k)(op), op);
}

/**
 * Milenage (3GPP TS 35.206) for one subscriber: AES-128 under K as the kernel, RES of 8 octets.
 *
 * The result holds the key; it may be used for any number of challenges, one after the other.
 *
 * @throws AkaError `BAD_SIZE`, here for the key and the constants, in the functions for their arguments
 */
export function milenage(key: MilenageKey): AuthenticationFunctions {
  expectSize(key.k, 16, 'K');
  expectSize(key.opc, 16, 'OPc');
  const { rotations, constants } = key.constants ?? STANDARD_CONSTANTS;
  for (const constant of constants) expectSize(constant, 16, 'Milenage constant');
  for (const r of rotations) {
    if (!Number.isInteger(r) || r < 0 || r > 127) throw new AkaError('BAD_SIZE', 'Milenage rotation is not 0..127');
  }
  const encipher = blockCipher(key.k);
  const opc = Uint8Array.from(key.opc);

  const temp = (rand: Uint8Array): Uint8Array => {
    expectSize(rand, 16, 'RAND');
    return encipher(exclusiveOr(rand, opc));
  };
  const out1 = (rand: Uint8Array, sqn: Uint8Array, amf: Uint8Array): Uint8Array => {
    expectSize(sqn, 6, 'SQN');
    expectSize(amf, 2, 'AMF');
    const in1 = Uint8Array.from([...sqn, ...amf, ...sqn, ...amf]);
    const rotated = rotate(exclusiveOr(in1, opc), rotations[0]);
    return exclusiveOr(encipher(exclusiveOr(exclusiveOr(temp(rand), rotated), constants[0])), opc);
  };
  const out = (ofTemp: Uint8Array, i: 1 | 2 | 3 | 4): Uint8Array => {
    const rotated = rotate(exclusiveOr(ofTemp, opc), rotations[i]);
    return exclusiveOr(encipher(exclusiveOr(rotated, constants[i])), opc);
  };

  return {
    f1: (rand, sqn, amf) => out1(rand, sqn, amf).subarray(0, 8),
    f1Star: (rand, sqn, amf) => out1(rand, sqn, amf).subarray(8, 16),
    f2345: (rand): ChallengeOutput => {
      const ofTemp = temp(rand);
      const out2 = out(ofTemp, 1);
      return { res: out2.subarray(8, 16), ck: out(ofTemp, 2), ik: out(ofTemp, 3), ak: out2.subarray(0, 6) };
    },
    f5Star: (rand) => out(temp(rand), 4).subarray(0, 6),
  };
}

/** AES-128 on single blocks. In ECB mode a cipher object has no state, so that one serves every block under its key. */
function blockCipher(k: Uint8Array): (block: Uint8Array) => Uint8Array {
  const cipher = createCipheriv('aes-128-ecb', k, null).setAutoPadding(false);
  return (block) => cipher.update(block);
}

/** `block` rotated by `bits` towards its most significant bit. */
function rotate(block: Uint8Array, bits: number): Uint8Array {
  const octets = bits >> 3;
  const rest = bits & 7;
  return Uint8Array.from(block, (_, i) => {
    const high = block[(i + octets) % 16] ?? 0;
    const low = block[(i + octets + 1) % 16] ?? 0;
    return (high << rest) | (low >> (8 - rest));
  });
}

function lastOctet(value: number): Uint8Array {
  const block = new Uint8Array(16);
  block[15] = value;
  return block;
}
