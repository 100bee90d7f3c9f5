import { keccakP } from '@noble/hashes/sha3.js';
import { AkaError, expectSize } from './aka-error.ts';
import type { AuthenticationFunctions, ChallengeOutput } from './authentication-functions.ts';

/** What an operator chooses of TUAK (3GPP TS 35.231 sections 5, 6); both sides need the same. Sizes in octets. */
export interface TuakOptions {
  /** MAC-A and MAC-S: 8 (what AUTN and AUTS have room for), 16 or 32. Default 8 */
  readonly mac?: number;
  /** RES: 4, 8, 16 or 32. Default 8 */
  readonly res?: number;
  /** CK: 16 or 32. Default 16 */
  readonly ck?: number;
  /** IK: 16 or 32. Default 16 */
  readonly ik?: number;
  /** how often Keccak-f[1600] is applied: 1..255. Default 1 */
  readonly iterations?: number;
}

/** Subscriber key and operator variant, as both the authentication centre and the USIM hold them. */
export interface TuakKey extends TuakOptions {
  /** K, 16 or 32 octets */
  readonly k: Uint8Array;
  /** TOPc, 32 octets */
  readonly topc: Uint8Array;
}

/** Where inputs and outputs are in the 200 octets of the state (TS 35.231 section 6): each with its last octet first. */
const AT = {
  topc: 0,
  instance: 32,
  algorithmName: 33,
  rand: 40,
  amf: 56,
  sqn: 58,
  key: 64,
  padding: 96,
  lastPadding: 135,
  res: 0,
  mac: 0,
  ck: 32,
  ik: 64,
  ak: 96,
} as const;
const STATE_OCTETS = 200;
const ALGORITHM_NAME = Buffer.from('TUAK1.0', 'ascii');
const TOPC_OCTETS = 32;
const AK_OCTETS = 6;

/** Octet INSTANCE: the function, the sizes of its outputs, and whether K has 256 bits. */
const INSTANCE = { topc: 0x00, f1: 0x00, f1Star: 0x80, f2345: 0x40, f5Star: 0xc0 } as const;
const LONG_KEY = 0x01;
const LONG_IK = 0x02;
const LONG_CK = 0x04;
/** Sizes of MAC and RES, in octets, by the bits that stand for them. */
const OUTPUT_SIZE: ReadonlyMap<number, number> = new Map([
  [4, 0x00],
  [8, 0x08],
  [16, 0x10],
  [32, 0x20],
]);

/**
 * TOPc, 32 octets, from K (16 or 32 octets) and TOP (32): TS 35.231 section 6.1.
 *
 * Done once, where the subscription is made: cards and authentication centre keep TOPc, never TOP.
 *
 * @throws AkaError `BAD_SIZE`
 */
export function deriveTopc(k: Uint8Array, top: Uint8Array, iterations = 1): Uint8Array {
  expectKey(k);
  expectSize(top, TOPC_OCTETS, 'TOP');
  expectRange(iterations, 1, 255, 'iterations of TUAK');
  const state = absorb(INSTANCE.topc, k, top);
  permute(state, iterations);
  return output(state, AT.topc, TOPC_OCTETS);
}

/**
 * TUAK (3GPP TS 35.231) for one subscriber: Keccak-f[1600] as the kernel.
 *
 * The result holds the key; it may be used for any number of challenges, one after the other. Sizes beyond those of TS
 * 33.102 (MAC of 8 octets, CK and IK of 16) are computed, but AUTN and AUTS have no room for a longer MAC.
 *
 * @throws AkaError `BAD_SIZE`, here for key and options, in the functions for their arguments
 */
export function tuak({
  k,
  topc,
  mac = 8,
  res = 8,
  ck = 16,
  ik = 16,
  iterations = 1,
}: TuakKey): AuthenticationFunctions {
  expectKey(k);
  expectSize(topc, TOPC_OCTETS, 'TOPc');
  const macBits = mac === 4 ? undefined : OUTPUT_SIZE.get(mac);
  const resBits = OUTPUT_SIZE.get(res);
  if (macBits === undefined || resBits === undefined) {
    throw new AkaError('BAD_SIZE', 'TUAK has no MAC or RES of this size');
  }
  for (const size of [ck, ik]) {
    if (size !== 16 && size !== 32) throw new AkaError('BAD_SIZE', 'TUAK has no CK or IK of this size');
  }
  expectRange(iterations, 1, 255, 'iterations of TUAK');
  const key = Uint8Array.from(k);
  const variant = Uint8Array.from(topc);

  const run = (instance: number, rand: Uint8Array, sqn?: Uint8Array, amf?: Uint8Array): Uint8Array => {
    expectSize(rand, 16, 'RAND');
    const state = absorb(instance, key, variant);
    input(state, AT.rand, rand);
    if (sqn !== undefined && amf !== undefined) {
      expectSize(sqn, 6, 'SQN');
      expectSize(amf, 2, 'AMF');
      input(state, AT.amf, amf);
      input(state, AT.sqn, sqn);
    }
    permute(state, iterations);
    return state;
  };
  const outputs = INSTANCE.f2345 | resBits | (ck === 32 ? LONG_CK : 0) | (ik === 32 ? LONG_IK : 0);

  return {
    f1: (rand, sqn, amf) => output(run(INSTANCE.f1 | macBits, rand, sqn, amf), AT.mac, mac),
    f1Star: (rand, sqn, amf) => output(run(INSTANCE.f1Star | macBits, rand, sqn, amf), AT.mac, mac),
    f2345: (rand): ChallengeOutput => {
      const state = run(outputs, rand);
      return {
        res: output(state, AT.res, res),
        ck: output(state, AT.ck, ck),
        ik: output(state, AT.ik, ik),
        ak: output(state, AT.ak, AK_OCTETS),
      };
    },
    f5Star: (rand) => output(run(INSTANCE.f5Star, rand), AT.ak, AK_OCTETS),
  };
}

/** The state with everything that does not change from challenge to challenge. */
function absorb(instance: number, k: Uint8Array, topc: Uint8Array): Uint8Array {
  const state = new Uint8Array(STATE_OCTETS);
  input(state, AT.topc, topc);
  state[AT.instance] = instance | (k.length === 32 ? LONG_KEY : 0);
  input(state, AT.algorithmName, ALGORITHM_NAME);
  input(state, AT.key, k);
  state[AT.padding] = 0x1f;
  state[AT.lastPadding] = 0x80;
  return state;
}

function input(state: Uint8Array, at: number, value: Uint8Array): void {
  state.set(Uint8Array.from(value).reverse(), at);
}

function output(state: Uint8Array, at: number, size: number): Uint8Array {
  return state.slice(at, at + size).reverse();
}

/** Keccak-f[1600] with all its 24 rounds, as often as the operator wants. Words of the state are little-endian. */
function permute(state: Uint8Array, iterations: number): void {
  const octets = new DataView(state.buffer, state.byteOffset, state.byteLength);
  const words = Uint32Array.from({ length: STATE_OCTETS / 4 }, (_, i) => octets.getUint32(4 * i, true));
  for (let i = 0; i < iterations; i++) keccakP(words);
  words.forEach((word, i) => {
    octets.setUint32(4 * i, word, true);
  });
  words.fill(0);
}

function expectKey(k: Uint8Array): void {
  if (k.length !== 16 && k.length !== 32) throw new AkaError('BAD_SIZE', `K has ${k.length} octets, not 16 or 32`);
}

function expectRange(value: number, minimum: number, maximum: number, what: string): void {
  if (!Number.isInteger(value) || value < minimum || value > maximum) {
    throw new AkaError('BAD_SIZE', `${what}: not ${minimum}..${maximum}`);
  }
}
