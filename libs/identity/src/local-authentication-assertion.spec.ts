import { randomBytes, randomUUID } from 'node:crypto';
import { DerError, encodeTlv, parseChildren, parseTlv } from '@tegata/der';
import type { CertificateError } from '@tegata/x509';
import fc from 'fast-check';
import { AssertionError } from './assertion-error.ts';
import {
  type AssertionExpectations,
  assembleAssertion,
  assertedOctets,
  type LocalAuthentication,
  localAuthenticationMethods,
  parseAssertion,
  signAssertion,
  verifyAssertion,
  verifyAssertionOrigin,
} from './local-authentication-assertion.ts';
import { authenticated, days, makeEuicc, makeWorld, now, seconds, type World } from './testing/world.ts';

let world: World;
let foreign: World;
beforeAll(async () => {
  [world, foreign] = await Promise.all([makeWorld(), makeWorld()]);
});

/** What a carrier that waits for this attempt expects. */
function expecting(attempt: LocalAuthentication, change: Partial<AssertionExpectations> = {}): AssertionExpectations {
  const { contractId, nonce, carrierOid, eid } = attempt;
  return { contractId, nonce, carrierOid, eid, cis: world.management.cis, at: now, ...change };
}

function refusal(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof AssertionError) return error.code;
    throw error;
  }
  return undefined;
}

describe('a local authentication assertion', () => {
  test('tells the carrier what the eUICC said', async () => {
    const attempt = authenticated(world.euicc.eid);
    const received = await signAssertion(attempt, world.euicc);
    const { euicc, ...said } = verifyAssertion(received, expecting(attempt));
    expect(said).toEqual({ ...attempt, nonce: new Uint8Array(attempt.nonce) });
    expect(euicc.eid).toBe(world.euicc.eid);
    expect(euicc.euicc.publicKey.equals(world.euicc.key.publicKey)).toBe(true);
  });

  test('comes back whole, whatever it says', async () => {
    const attempts = fc.record({
      contractId: fc.uuid(),
      nonce: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      carrierOid: fc.constantFrom('2.999.21', '1.3.6.1.4.1.31746', '2.25.35918554404777717901460696993489777814'),
      method: fc.constantFrom(...localAuthenticationMethods),
      outcome: fc.constantFrom('success' as const, 'failure' as const),
      verifiedIn: fc.constantFrom('eUICC' as const, 'terminal' as const),
      counter: fc.nat({ max: 0xffff_ffff }),
      time: fc.integer({ min: 0, max: 4_000_000_000 }).map((second) => new Date(second * 1000)),
    });
    await fc.assert(
      fc.asyncProperty(attempts, async (attempt) => {
        const said = { ...attempt, eid: world.euicc.eid };
        const { euicc, ...read } = verifyAssertionOrigin(await signAssertion(said, world.euicc), {
          cis: world.management.cis,
          at: now,
        });
        expect(read).toEqual(said);
        expect(euicc.eid).toBe(said.eid);
      }),
      { numRuns: 30 },
    );
  });

  test('is an object of its own kind, and so is what is signed', async () => {
    const attempt = authenticated(world.euicc.eid);
    const received = await signAssertion(attempt, world.euicc);
    expect(Buffer.from(received).subarray(0, 2).toString('hex')).toBe('ff54');
    const { signed } = parseAssertion(received);
    expect(Buffer.from(signed).subarray(0, 2).toString('hex')).toBe('ff55');
    // Tags of the objects SGP.22 lets an eUICC sign: SEQUENCE, BF27, BF2F.
    expect(signed[0]).not.toBe(0x30);
    expect(signed[0]).not.toBe(0xbf);
  });

  test('can be signed by an eUICC that only lends its signature', async () => {
    const attempt = authenticated(world.euicc.eid);
    const signed = assertedOctets(attempt);
    const signature = await world.euicc.key.sign(signed, 'ieee-p1363');
    const received = assembleAssertion(signed, signature, world.euicc.euiccCertificate, world.euicc.eumCertificate);
    expect(verifyAssertion(received, expecting(attempt)).outcome).toBe('success');
  });

  test('is not made of what is no UUID, nonce, OID or EID', () => {
    const attempt = authenticated(world.euicc.eid);
    const nonsense: Partial<LocalAuthentication>[] = [
      { contractId: 'contract' },
      { contractId: `${attempt.contractId.slice(0, -1)}g` },
      { nonce: randomBytes(31) },
      { carrierOid: 'aozora' },
      { eid: `${attempt.eid.slice(0, 31)}x` },
      { counter: -1 },
    ];
    for (const change of nonsense) expect(() => assertedOctets({ ...attempt, ...change })).toThrow(DerError);
  });

  test('works for an eUICC on brainpoolP256r1', async () => {
    const { euicc, management } = await makeWorld('brainpoolP256r1');
    const attempt = authenticated(euicc.eid);
    const received = await signAssertion(attempt, euicc);
    expect(verifyAssertion(received, expecting(attempt, { cis: management.cis })).eid).toBe(euicc.eid);
  });
});

describe('verifyAssertion refuses', () => {
  const eid = '89049032123451234512345678901235';
  test.each<[string, string, Partial<AssertionExpectations>]>([
    ['an assertion for another contract', 'ASSERTION_CONTRACT_MISMATCH', { contractId: randomUUID() }],
    ['one over another nonce', 'ASSERTION_NONCE_MISMATCH', { nonce: randomBytes(32) }],
    ['one over a shorter nonce', 'ASSERTION_NONCE_MISMATCH', { nonce: randomBytes(31) }],
    ['one for another carrier', 'ASSERTION_CARRIER_MISMATCH', { carrierOid: '2.999.22' }],
    ['one of another eUICC than the applicant named', 'ASSERTION_EID_MISMATCH', { eid }],
    ['one that is too old', 'ASSERTION_TOO_OLD', { at: seconds(301) }],
    ['one that is older than the carrier allows', 'ASSERTION_TOO_OLD', { at: seconds(31), maximumAgeSeconds: 30 }],
    ['one from the future', 'ASSERTION_TIME_IN_FUTURE', { at: seconds(-61) }],
    ['a method the carrier does not accept', 'ASSERTION_METHOD_NOT_ACCEPTED', { acceptedMethods: ['face'] }],
    ['an eUICC of another CI', 'ASSERTION_CERTIFICATE_INVALID', { cis: [] }],
    ['an eUICC whose certificate has ended', 'ASSERTION_CERTIFICATE_INVALID', { at: days(21 * 365) }],
    ['an eUICC whose certificate is revoked', 'ASSERTION_CERTIFICATE_INVALID', { isRevoked: () => true }],
  ])('%s: %s', async (_, code, change) => {
    const attempt = authenticated(world.euicc.eid);
    const received = await signAssertion(attempt, world.euicc);
    expect(refusal(() => verifyAssertion(received, expecting(attempt, change)))).toBe(code);
    expect(refusal(() => verifyAssertion(received, expecting(attempt)))).toBeUndefined();
  });

  test('a failed attempt, which is signed all the same', async () => {
    const attempt: LocalAuthentication = { ...authenticated(world.euicc.eid), outcome: 'failure' };
    const received = await signAssertion(attempt, world.euicc);
    expect(verifyAssertionOrigin(received, { cis: world.management.cis, at: now }).outcome).toBe('failure');
    expect(refusal(() => verifyAssertion(received, expecting(attempt)))).toBe('ASSERTION_OUTCOME_FAILED');
  });

  test('a genuine eUICC of a foreign CI', async () => {
    const attempt = authenticated(foreign.euicc.eid);
    const received = await signAssertion(attempt, foreign.euicc);
    const refused = () => verifyAssertion(received, expecting(attempt));
    expect(refusal(refused)).toBe('ASSERTION_CERTIFICATE_INVALID');
    expect(refused).toThrow(
      expect.objectContaining({
        cause: expect.objectContaining({ code: 'UNKNOWN_ISSUER' } satisfies Partial<CertificateError>),
      }),
    );
  });

  test('a signature by another key, and one over other octets', async () => {
    const attempt = authenticated(world.euicc.eid);
    const { euiccCertificate, eumCertificate, key } = world.euicc;
    const stolen = await signAssertion(attempt, { key: foreign.euicc.key, euiccCertificate, eumCertificate });
    expect(refusal(() => verifyAssertion(stolen, expecting(attempt)))).toBe('ASSERTION_SIGNATURE_INVALID');
    const other = await key.sign(assertedOctets({ ...attempt, outcome: 'failure' }), 'ieee-p1363');
    const swapped = assembleAssertion(assertedOctets(attempt), other, euiccCertificate, eumCertificate);
    expect(refusal(() => verifyAssertion(swapped, expecting(attempt)))).toBe('ASSERTION_SIGNATURE_INVALID');
  });

  test('an eUICC that speaks for another EID', async () => {
    const other = await makeEuicc(world.eum);
    const attempt = authenticated(other.eid);
    const received = await signAssertion(attempt, world.euicc);
    expect(refusal(() => verifyAssertion(received, expecting(attempt)))).toBe('ASSERTION_EID_MISMATCH');
  });

  test('every assertion in which one octet is changed', async () => {
    const attempt = authenticated(world.euicc.eid);
    const received = await signAssertion(attempt, world.euicc);
    for (let at = 0; at < received.length; at++) {
      const changed = Buffer.from(received);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      expect(refusal(() => verifyAssertion(changed, expecting(attempt)))).toMatch(/^ASSERTION_/);
    }
  });

  test('octets that are no assertion, and one with something added', async () => {
    const attempt = authenticated(world.euicc.eid);
    const received = await signAssertion(attempt, world.euicc);
    const { value } = parseTlv(received);
    const added = encodeTlv(0xff54, value, Uint8Array.of(0x04, 0x00));
    const [signed, ...others] = parseChildren(value);
    if (signed === undefined) throw new Error('no signed part');
    const widened = encodeTlv(0xff55, signed.value, Uint8Array.of(0x9e, 0x00));
    const signature = encodeTlv(0x5f37, await world.euicc.key.sign(widened, 'ieee-p1363'));
    const extended = encodeTlv(0xff54, widened, signature, ...others.slice(1).map(({ raw }) => raw));
    for (const octets of [added, extended, received.subarray(0, -1), Buffer.concat([received, Uint8Array.of(0)])])
      expect(refusal(() => verifyAssertion(octets, expecting(attempt)))).toBe('ASSERTION_MALFORMED');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
        expect(refusal(() => verifyAssertion(octets, expecting(attempt)))).toBe('ASSERTION_MALFORMED');
      }),
    );
  });
});
