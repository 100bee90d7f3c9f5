import { generateAuthenticationVector, resynchronise } from './authentication-centre.ts';
import { encodeSequenceNumber, NO_SEQUENCE_NUMBERS } from './sequence-number.ts';
import { deriveTopc, tuak } from './tuak.ts';
import { TUAK_TEST_SETS } from './tuak-test-sets.ts';
import { authenticateAsUsim } from './usim.ts';

const octets = (hex: string) => Buffer.from(hex, 'hex');
const hex = (value: Uint8Array) => Buffer.from(value).toString('hex');

const K = octets('000102030405060708090a0b0c0d0e0f');
const TOPC = deriveTopc(K, new Uint8Array(32).fill(0x11));
const RAND = octets('23553cbe9637a89d218ae64dae47bf35');

describe('TUAK gives the figures of 3GPP TS 35.233', () => {
  it.each(TUAK_TEST_SETS)('$name', (set) => {
    const k = octets(set.k);
    const iterations = Number(set.iterations);
    const topc = deriveTopc(k, octets(set.top), iterations);
    const size = (figure: string) => figure.length / 2;
    const sizes = { mac: size(set.f1), res: size(set.f2), ck: size(set.f3), ik: size(set.f4) };
    const functions = tuak({ k, topc, iterations, ...sizes });
    const rand = octets(set.rand);
    const { res, ck, ik, ak } = functions.f2345(rand);

    expect(hex(topc)).toBe(set.topc);
    expect(hex(functions.f1(rand, octets(set.sqn), octets(set.amf)))).toBe(set.f1);
    expect(hex(functions.f1Star(rand, octets(set.sqn), octets(set.amf)))).toBe(set.f1Star);
    expect([res, ck, ik, ak, functions.f5Star(rand)].map(hex)).toEqual([set.f2, set.f3, set.f4, set.f5, set.f5Star]);
  });
});

describe('a subscription with TUAK', () => {
  it.each([4, 8, 16, 32])('authenticates with RES of %i octets', (res) => {
    const functions = tuak({ k: K, topc: TOPC, res });
    const { vector } = generateAuthenticationVector(functions, { rand: RAND, lastSqn: 0n });
    const answer = authenticateAsUsim(functions, NO_SEQUENCE_NUMBERS, vector);

    expect(vector.autn).toHaveLength(16);
    expect(answer.outcome === 'success' && hex(answer.res)).toBe(hex(vector.xres));
    expect(vector.xres).toHaveLength(res);
  });

  it('resynchronises with the number of the card', () => {
    const functions = tuak({ k: K, topc: TOPC });
    const ahead = NO_SEQUENCE_NUMBERS.with(3, 1000n);
    const { vector } = generateAuthenticationVector(functions, { rand: RAND, lastSqn: 0n });
    const answer = authenticateAsUsim(functions, ahead.with(1, 1000n), vector);

    if (answer.outcome !== 'synchronisationFailure') throw new Error(answer.outcome);
    const { outcome } = resynchronise(functions, { rand: RAND, auts: answer.auts, lastSqn: 0n });
    expect(outcome).toBe('resynchronised');
  });

  it('answers otherwise with another number of iterations', () => {
    const sqn = encodeSequenceNumber(32n);
    const amf = octets('8000');
    const once = tuak({ k: K, topc: TOPC });
    const twice = tuak({ k: K, topc: TOPC, iterations: 2 });
    expect(hex(once.f1(RAND, sqn, amf))).not.toBe(hex(twice.f1(RAND, sqn, amf)));
  });
});

describe('TUAK refuses what it is not defined for', () => {
  it.each([
    ['K', { k: K.subarray(1) }],
    ['TOPc', { topc: TOPC.subarray(1) }],
    ['MAC', { mac: 4 }],
    ['RES', { res: 12 }],
    ['CK', { ck: 8 }],
    ['IK', { ik: 24 }],
    ['no iteration', { iterations: 0 }],
    ['too many iterations', { iterations: 256 }],
  ])('%s', (_, option) => {
    expect(() => tuak({ k: K, topc: TOPC, ...option })).toThrow(expect.objectContaining({ code: 'BAD_SIZE' }));
  });

  it('a challenge of another size', () => {
    expect(() => tuak({ k: K, topc: TOPC }).f2345(RAND.subarray(1))).toThrow(/RAND/);
  });
});
