import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import {
  assembleTransferStatement,
  parseTransferStatement,
  type TransferStatement,
  TransferStatementError,
  transferStatementOctets,
  verifyTransferStatement,
} from './transfer-statement.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const statement: TransferStatement = {
  transferId: '7c2f7f0e-5d6a-4b0c-9a52-8a1d8f0c1b2e',
  eid: '89049032123451234512345678901235',
  successorEid: '89049032123451234512345678901332',
  counter: 7,
  time: new Date('2026-11-28T00:00:00Z'),
};
const hour = 3_600_000;
const expected = { euiccKey: publicKey, successorEid: statement.successorEid, at: statement.time, maximumAgeMs: hour };

function signed(said: TransferStatement, key: KeyObject = privateKey): Uint8Array {
  const octets = transferStatementOctets(said);
  return assembleTransferStatement(octets, sign('sha256', octets, { key, dsaEncoding: 'ieee-p1363' }));
}
const verified = (octets: Uint8Array, deviation: Partial<typeof expected> = {}) =>
  verifyTransferStatement(parseTransferStatement(octets), { ...expected, ...deviation });
const refused = (code: string) => expect.objectContaining({ code });
const after = (milliseconds: number) => new Date(statement.time.getTime() + milliseconds);

describe("an eUICC's statement that its certificate is to move", () => {
  it('is accepted for the device that it names, within its life', () => {
    expect(parseTransferStatement(signed(statement))).toMatchObject(statement);
    expect(() => verified(signed(statement))).not.toThrow();
    expect(() => verified(signed(statement), { at: after(hour) })).not.toThrow();
  });

  it.each([
    ['too old', after(hour + 1)],
    ['from the future', after(-61_000)],
  ])('is refused when it is %s', (_, at) => {
    expect(() => verified(signed(statement), { at })).toThrow(refused('TRANSFER_EXPIRED'));
  });

  it('is of no use to another device, nor to another signer', () => {
    const other = { successorEid: '89049032123451234512345678901233' };
    expect(() => verified(signed(statement), other)).toThrow(refused('TRANSFER_OF_ANOTHER_DEVICE'));
    const forger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    expect(() => verified(signed(statement, forger))).toThrow(refused('TRANSFER_NOT_ACCEPTED'));
  });

  it('is never made for the device itself', () => {
    expect(() => transferStatementOctets({ ...statement, successorEid: statement.eid })).toThrow('itself');
  });

  it('is known again under another signature: what is told apart is what was signed', () => {
    const [one, two] = [signed(statement), signed(statement)];
    expect(one).not.toEqual(two);
    expect(parseTransferStatement(one).digest).toEqual(parseTransferStatement(two).digest);
    const other = signed({ ...statement, transferId: '11111111-5d6a-4b0c-9a52-8a1d8f0c1b2e' });
    expect(parseTransferStatement(other).digest).not.toEqual(parseTransferStatement(one).digest);
  });

  it('is refused with any octet changed, cut or added, and never otherwise than with a reason', () => {
    const octets = signed(statement);
    fc.assert(
      fc.property(fc.nat(octets.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Uint8Array.from(octets);
        changed[at]! ^= flip;
        expect(() => verified(changed)).toThrow(TransferStatementError);
        expect(() => verified(octets.subarray(0, at))).toThrow(TransferStatementError);
        expect(() => verified(Buffer.concat([octets, Buffer.of(flip)]))).toThrow(TransferStatementError);
      }),
    );
    fc.assert(fc.property(fc.uint8Array(), (junk) => expect(() => verified(junk)).toThrow(TransferStatementError)));
  });
});
