import { assembleTransferStatement, transferStatementOctets } from '@tegata/identity';
import fc from 'fast-check';
import { TerminalError } from '../terminal-error.ts';
import { readTransferCode, writeTransferCode } from './transfer-code.ts';

const eid = '89049032123451234512345678901332';
const statement = assembleTransferStatement(
  transferStatementOctets({
    transferId: '7c2f7f0e-5d6a-4b0c-9a52-8a1d8f0c1b2e',
    eid: '89049032123451234512345678901235',
    successorEid: eid,
    counter: 7,
    time: new Date('2026-11-28T00:00:00Z'),
  }),
  Buffer.alloc(64, 1),
);
const earlier = {
  transferStatement: Buffer.from(statement),
  attributes: [{ name: 'family_name', value: '手形', salt: Buffer.alloc(16, 2) }],
};
const code = writeTransferCode(earlier);
const refused = (reason: string) => expect.objectContaining({ code: reason });

describe('a transfer code', () => {
  it('comes back as it was made, also with the line breaks of whoever passed it on', () => {
    expect(readTransferCode(code, eid)).toEqual(earlier);
    expect(readTransferCode(` ${code.slice(0, 60)}\r\n${code.slice(60)}\n`, eid)).toEqual(earlier);
  });

  it('is for one device', () => {
    const other = '89049032123451234512345678901431';
    expect(() => readTransferCode(code, other)).toThrow(refused('TRANSFER_OF_ANOTHER_DEVICE'));
  });

  it('is refused when a part is missing, or it is something else', () => {
    for (const wrong of ['', 'LPA:1$rsp.example$1', code.slice(0, 80), code.slice(10), `${code}!`]) {
      expect(() => readTransferCode(wrong, eid)).toThrow(refused('TRANSFER_CODE_UNREADABLE'));
    }
    fc.assert(
      fc.property(fc.string(), (junk) => {
        expect(() => readTransferCode(`tegata-transfer-1.${junk}`, eid)).toThrow(TerminalError);
      }),
    );
  });
});
