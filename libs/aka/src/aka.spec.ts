import fc from 'fast-check';
import {
  type AcceptedSequenceNumbers,
  type AuthenticationFunctions,
  type AuthenticationVector,
  authenticateAsUsim,
  buildAuts,
  equalInConstantTime,
  generateAuthenticationVector,
  milenage,
  NO_SEQUENCE_NUMBERS,
  openAuts,
  resynchronise,
  STANDARD_FRESHNESS,
  usimTestAlgorithm,
} from './index.ts';

const octets = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });
const seq = fc.bigInt({ min: 0n, max: 2n ** 40n });
const subscriber: fc.Arbitrary<AuthenticationFunctions> = fc.oneof(
  fc.record({ k: octets(16), opc: octets(16) }).map(milenage),
  octets(16).map((k) => usimTestAlgorithm(k)),
);

/** A card and an authentication centre that share a key, each with the state it would keep in its store. */
class Subscription {
  readonly functions: AuthenticationFunctions;
  lastSqn: bigint;
  accepted: AcceptedSequenceNumbers;

  constructor(functions: AuthenticationFunctions, lastSqn = 0n, accepted = NO_SEQUENCE_NUMBERS) {
    this.functions = functions;
    this.lastSqn = lastSqn;
    this.accepted = accepted;
  }

  vector(rand: Uint8Array): AuthenticationVector {
    const { vector, nextSqn } = generateAuthenticationVector(this.functions, { rand, lastSqn: this.lastSqn });
    this.lastSqn = nextSqn;
    return vector;
  }

  answer(vector: AuthenticationVector) {
    const answer = authenticateAsUsim(this.functions, this.accepted, vector);
    if (answer.outcome === 'success') this.accepted = answer.accepted;
    return answer;
  }
}

describe('authentication and key agreement', () => {
  it('always agrees: RES is what the network expects and the keys are the same', () => {
    fc.assert(
      fc.property(subscriber, fc.array(octets(16), { minLength: 1, maxLength: 40 }), (functions, rands) => {
        const subscription = new Subscription(functions);
        for (const rand of rands) {
          const vector = subscription.vector(rand);
          const answer = subscription.answer(vector);
          if (answer.outcome !== 'success') throw new Error(answer.outcome);
          expect(equalInConstantTime(answer.res, vector.xres)).toBe(true);
          expect(Buffer.from(answer.ck)).toEqual(Buffer.from(vector.ck));
          expect(Buffer.from(answer.ik)).toEqual(Buffer.from(vector.ik));
        }
      }),
    );
  });

  it('lets up to 32 vectors be used in any order, each once', () => {
    const order = fc.shuffledSubarray([...Array(32).keys()]);
    fc.assert(
      fc.property(subscriber, octets(16), order, (functions, rand, indices) => {
        const subscription = new Subscription(functions);
        const vectors = Array.from({ length: 32 }, () => subscription.vector(rand));
        for (const i of indices) {
          expect(subscription.answer(vectors[i] as AuthenticationVector).outcome).toBe('success');
          expect(subscription.answer(vectors[i] as AuthenticationVector).outcome).toBe('synchronisationFailure');
        }
      }),
    );
  });

  it('refuses a replay, also after later challenges, and gives no answer away', () => {
    fc.assert(
      fc.property(subscriber, octets(16), fc.nat({ max: 70 }), (functions, rand, later) => {
        const subscription = new Subscription(functions);
        const vector = subscription.vector(rand);
        expect(subscription.answer(vector).outcome).toBe('success');
        for (let i = 0; i < later; i++) subscription.answer(subscription.vector(rand));
        const replay = subscription.answer(vector);
        expect(replay.outcome).toBe('synchronisationFailure');
        expect(replay).not.toHaveProperty('res');
      }),
    );
  });

  it('recovers from any distance by one resynchronisation', () => {
    fc.assert(
      fc.property(subscriber, octets(16), seq, seq, (functions, rand, network, card) => {
        const accepted = NO_SEQUENCE_NUMBERS.with(7, card);
        const subscription = new Subscription(functions, network << 5n, accepted);
        const vector = subscription.vector(rand);
        const refusal = subscription.answer(vector);
        if (refusal.outcome === 'success') return;
        if (refusal.outcome !== 'synchronisationFailure') throw new Error(refusal.outcome);

        const result = resynchronise(functions, { rand, auts: refusal.auts, lastSqn: subscription.lastSqn });
        if (result.outcome === 'macFailure') throw new Error('AUTS of the card was not recognised');
        expect(result.sqnMs >> 5n).toBe(card);
        if (result.outcome === 'resynchronised') subscription.lastSqn = result.nextSqn;
        expect(subscription.answer(subscription.vector(rand)).outcome).toBe('success');
      }),
    );
  });

  it('leaves the number alone when the card is only behind a vector that was already used', () => {
    const functions = milenage({ k: Buffer.alloc(16, 1), opc: Buffer.alloc(16, 2) });
    const subscription = new Subscription(functions);
    const vector = subscription.vector(Buffer.alloc(16, 3));
    subscription.answer(vector);
    const refusal = subscription.answer(vector);
    if (refusal.outcome !== 'synchronisationFailure') throw new Error(refusal.outcome);
    const { lastSqn } = subscription;
    expect(resynchronise(functions, { rand: vector.rand, auts: refusal.auts, lastSqn }).outcome).toBe('inSequence');
  });

  it('moves on when the next number is the very one the card has seen last', () => {
    const functions = milenage({ k: Buffer.alloc(16, 1), opc: Buffer.alloc(16, 2) });
    const rand = Buffer.alloc(16, 3);
    const auts = buildAuts(functions, rand, 10n << 5n);
    expect(resynchronise(functions, { rand, auts, lastSqn: 8n << 5n }).outcome).toBe('resynchronised');
    expect(resynchronise(functions, { rand, auts, lastSqn: 9n << 5n }).outcome).toBe('resynchronised');
    expect(resynchronise(functions, { rand, auts, lastSqn: 10n << 5n }).outcome).toBe('inSequence');
  });

  it('notices every changed bit of AUTN and AUTS', () => {
    const functions = milenage({ k: Buffer.alloc(16, 1), opc: Buffer.alloc(16, 2) });
    const rand = Buffer.alloc(16, 3);
    const { autn } = new Subscription(functions).vector(rand);
    for (let bit = 0; bit < 128; bit++) {
      const forged = flipped(autn, bit);
      const { outcome } = authenticateAsUsim(functions, NO_SEQUENCE_NUMBERS, { rand, autn: forged });
      expect(outcome).toBe('macFailure');
    }
    const stale = NO_SEQUENCE_NUMBERS.map(() => 9n);
    const refusal = authenticateAsUsim(functions, stale, { rand, autn });
    if (refusal.outcome !== 'synchronisationFailure') throw new Error(refusal.outcome);
    expect(openAuts(functions, rand, refusal.auts)).toBe(9n << 5n);
    for (let bit = 0; bit < 112; bit++) {
      const forged = { rand, auts: flipped(refusal.auts, bit), lastSqn: 0n };
      expect(resynchronise(functions, forged).outcome).toBe('macFailure');
    }
  });

  it('does not let a token for one challenge or key serve another', () => {
    fc.assert(
      fc.property(octets(16), octets(16), octets(16), octets(16), (k, opc, rand, other) => {
        fc.pre(!equalInConstantTime(rand, other) && !equalInConstantTime(k, other));
        const functions = milenage({ k, opc });
        const { autn } = new Subscription(functions).vector(rand);
        const moved = authenticateAsUsim(functions, NO_SEQUENCE_NUMBERS, { rand: other, autn });
        const foreign = authenticateAsUsim(milenage({ k: other, opc }), NO_SEQUENCE_NUMBERS, { rand, autn });
        expect([moved.outcome, foreign.outcome]).toEqual(['macFailure', 'macFailure']);
      }),
    );
  });

  it('does not accept a number further ahead than the standard delta', () => {
    const functions = milenage({ k: Buffer.alloc(16, 1), opc: Buffer.alloc(16, 2) });
    const rand = Buffer.alloc(16, 3);
    const delta = STANDARD_FRESHNESS.delta ?? 0n;
    const atDelta = new Subscription(functions, (delta - 1n) << 5n).vector(rand);
    const beyond = new Subscription(functions, delta << 5n).vector(rand);
    expect(authenticateAsUsim(functions, NO_SEQUENCE_NUMBERS, atDelta).outcome).toBe('success');
    expect(authenticateAsUsim(functions, NO_SEQUENCE_NUMBERS, beyond).outcome).toBe('synchronisationFailure');
    expect(authenticateAsUsim(functions, NO_SEQUENCE_NUMBERS, beyond, {}).outcome).toBe('success');
  });

  it('hands the AMF of the network to the card as it was', () => {
    const functions = milenage({ k: Buffer.alloc(16, 1), opc: Buffer.alloc(16, 2) });
    const rand = Buffer.alloc(16, 3);
    const amf = Uint8Array.of(0x80, 0);
    const { vector } = generateAuthenticationVector(functions, { rand, lastSqn: 0n, amf });
    const answer = authenticateAsUsim(functions, NO_SEQUENCE_NUMBERS, vector);
    expect(answer).toMatchObject({ outcome: 'success', amf });
  });

  // 3GPP TS 34.108 section 8.1.2: CK and IK are the same octets turned by one and two, AK begins at the fourth.
  it('follows the USIM test algorithm octet for octet', () => {
    const k = Uint8Array.from({ length: 16 }, (_, i) => i);
    const rand = new Uint8Array(16);
    const functions = usimTestAlgorithm(k);
    const { res, ck, ik, ak } = functions.f2345(rand);
    const hex = (value: Uint8Array) => Buffer.from(value).toString('hex');
    expect(hex(res)).toBe('000102030405060708090a0b0c0d0e0f');
    expect(hex(ck)).toBe('0102030405060708090a0b0c0d0e0f00');
    expect(hex(ik)).toBe('02030405060708090a0b0c0d0e0f0001');
    expect(hex(ak)).toBe('030405060708');
    expect(hex(functions.f1(rand, Buffer.from('ffffffffffff', 'hex'), Buffer.from('0000', 'hex')))).toBe(
      'fffefdfcfbfa0607',
    );
  });
});

function flipped(octetsToChange: Uint8Array, bit: number): Uint8Array {
  return Uint8Array.from(octetsToChange, (octet, i) => (i === bit >> 3 ? octet ^ (0x80 >> (bit & 7)) : octet));
}
