import 'reflect-metadata';
import * as peculiar from '@peculiar/x509';
import fc from 'fast-check';
import { CertificateError } from './certificate-error.ts';
import {
  issueRevocationList,
  parseRevocationList,
  type RevokedCertificate,
  verifyRevocationList,
} from './certificate-revocation-list.ts';
import { bitString, context, type Element, embedded, integer, oid, sequence, time, toDer } from './element-building.ts';
import { extension } from './issue-certificate.ts';
import { oids } from './object-identifiers.ts';
import { issueCi, issueRspChain, now, testKey } from './testing/issued-chain.ts';

const hour = 3_600_000;
const later = new Date(now.getTime() + 24 * hour);

async function listOf(revoked: readonly RevokedCertificate[], number = 7n) {
  const key = testKey();
  const issuer = await issueCi(key);
  const list = await issueRevocationList({ issuer, key, thisUpdate: now, nextUpdate: later, number, revoked });
  return { key, issuer, list };
}

function refusal(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof CertificateError) return `${error.certificate} ${error.code}`;
    throw error;
  }
  return undefined;
}

const entries = fc.uniqueArray(
  fc.record({
    serialNumber: fc
      .uint8Array({ minLength: 1, maxLength: 20 })
      .filter((octets) => octets[0] !== 0)
      .map((octets) => Buffer.from(octets).toString('hex').toUpperCase()),
    revokedAt: fc
      .date({ min: new Date('2000-01-01'), max: new Date('2060-01-01'), noInvalidDate: true })
      .map((date) => new Date(Math.floor(date.getTime() / 1000) * 1000)),
    reason: fc.constantFrom('unspecified', 'keyCompromise', 'superseded', 'privilegeWithdrawn'),
  }),
  { selector: ({ serialNumber }) => serialNumber, maxLength: 12 },
);

describe('a certificate revocation list', () => {
  test('says who is revoked, since when and why, and others read it the same', async () => {
    const key = testKey();
    const issuer = await issueCi(key);
    await fc.assert(
      fc.asyncProperty(entries, fc.bigInt({ min: 0n, max: 2n ** 159n }), async (revoked, number) => {
        const { raw } = await issueRevocationList({ issuer, key, thisUpdate: now, nextUpdate: later, number, revoked });
        const list = parseRevocationList(raw);
        expect([...list.revoked.values()]).toEqual(revoked);
        expect(list).toMatchObject({ number, thisUpdate: now, nextUpdate: later });
        verifyRevocationList(list, issuer, now);
        const other = new peculiar.X509Crl(raw);
        expect(await other.verify({ publicKey: new peculiar.X509Certificate(issuer.raw) })).toBe(true);
        expect(other.entries.map(({ serialNumber }) => BigInt(`0x${serialNumber}`))).toEqual(
          revoked.map(({ serialNumber }) => BigInt(`0x${serialNumber}`)),
        );
      }),
      { numRuns: 25 },
    );
  });

  test('may be a part of a list, and say when certificates end anyway', async () => {
    const key = testKey();
    const issuer = await issueCi(key);
    const expiresAt = new Date('2031-01-01T00:00:00Z');
    const entry = { serialNumber: '01', revokedAt: now, reason: 'unspecified', expiresAt } as const;
    const contents = { issuer, key, thisUpdate: now, nextUpdate: later, number: 3n, revoked: [entry] };
    const list = await issueRevocationList({ ...contents, part: { number: 2, total: 3 } });
    expect(parseRevocationList(list.raw)).toMatchObject({ part: { number: 2, total: 3 } });
    expect(list.revoked.get('01')).toEqual(entry);
    for (const number of [0, 4]) {
      const refused = issueRevocationList({ ...contents, part: { number, total: 3 } });
      await expect(refused).rejects.toMatchObject({ code: 'MALFORMED' });
    }
  });

  test('is current from thisUpdate to nextUpdate', async () => {
    const { list, issuer } = await listOf([]);
    expect(refusal(() => verifyRevocationList(list, issuer, later))).toBeUndefined();
    expect(refusal(() => verifyRevocationList(list, issuer, new Date(now.getTime() - 1)))).toBe('CRL NOT_YET_VALID');
    expect(refusal(() => verifyRevocationList(list, issuer, new Date(later.getTime() + 1)))).toBe('CRL EXPIRED');
  });

  test('counts only when its issuer signed it and may do so', async () => {
    const { list, issuer, key } = await listOf([]);
    const { ci: stranger } = await issueRspChain();
    expect(refusal(() => verifyRevocationList(list, stranger, now))).toBe('CRL UNKNOWN_ISSUER');
    const renamed = await issueCi(key, { subject: [{ type: 'CN', value: 'other' }] });
    expect(refusal(() => verifyRevocationList(list, renamed, now))).toBe('CRL ISSUER_NAME_MISMATCH');
    const restricted = await issueCi(key, { keyUsage: ['keyCertSign'] });
    expect(refusal(() => verifyRevocationList(list, restricted, now))).toBe('CRL WRONG_KEY_USAGE');
    const forged = await issueRevocationList({
      issuer,
      key: testKey(),
      thisUpdate: now,
      nextUpdate: later,
      number: 8n,
      revoked: [],
    });
    expect(refusal(() => verifyRevocationList(forged, issuer, now))).toBe('CRL BAD_SIGNATURE');
  });

  test('is refused when any octet is changed', async () => {
    const { list, issuer } = await listOf([{ serialNumber: '1234', revokedAt: now, reason: 'keyCompromise' }]);
    for (let at = 0; at < list.raw.length; at++) {
      const changed = Buffer.from(list.raw);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      expect(refusal(() => verifyRevocationList(parseRevocationList(changed), issuer, now))).toMatch(/^CRL /);
    }
  });

  test('is refused when it is partial: a critical extension says for what', async () => {
    const { issuer, key } = await listOf([]);
    const algorithm = sequence(oid(oids.ecdsaWithSha256));
    const withExtensions = async (...extensions: Element[]) => {
      const dates = [time(now), time(later)];
      const tbs = sequence(
        integer(1),
        algorithm,
        embedded(issuer.subject.raw),
        ...dates,
        context(0, [sequence(...extensions)]),
      );
      const signature = await key.sign(toDer(tbs), 'der');
      return toDer(sequence(tbs, algorithm, bitString(signature)));
    };
    const number = extension(oids.crlNumber, false, integer(3));
    expect(parseRevocationList(await withExtensions(number)).number).toBe(3n);
    const delta = extension('2.5.29.27', true, integer(1));
    const partial = await withExtensions(number, delta);
    expect(refusal(() => parseRevocationList(partial))).toBe('CRL UNKNOWN_CRITICAL_EXTENSION');
    const twice = await withExtensions(number, number);
    expect(refusal(() => parseRevocationList(twice))).toBe('CRL MALFORMED');
    const without = await withExtensions(extension('2.5.29.99', false, integer(1)));
    expect(refusal(() => parseRevocationList(without))).toBe('CRL MALFORMED');
  });

  test('names each certificate once', async () => {
    const entry: RevokedCertificate = { serialNumber: '1234', revokedAt: now, reason: 'superseded' };
    await expect(listOf([entry, entry])).rejects.toMatchObject({ code: 'MALFORMED', certificate: 'CRL' });
  });
});
