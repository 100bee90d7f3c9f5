import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { AdminError } from '../network.ts';
import { readBatch } from './read-batch.ts';

describe('a batch', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tegata-batch-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const reading = (content: string | Uint8Array, name = 'batch.csv') => {
    const file = join(folder, name);
    writeFileSync(file, content);
    return readBatch(file);
  };
  const ki = '00112233445566778899AABBCCDDEEFF';

  it('has its columns in any order and case; what is left out is for the SM-DP+ to make', () => {
    const { rows, faults } = reading(`\ufeffOPC,imsi,KI\r\n${ki},001010000000101,${ki.toLowerCase()}\r\n,,\r\n`);
    expect(faults).toEqual([]);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({ line: 2, imsi: '001010000000101', iccid: '', pin1: '' });
    expect(Buffer.from(rows[0]!.ki).toString('hex').toUpperCase()).toBe(ki);
    expect(rows[1]).toMatchObject({ line: 3, imsi: '' });
  });

  it('has the same keys each time it is read, others when it is another file, and its own where it brings them', () => {
    const keys = (content: string) => reading(content).rows.map(({ rowKey }) => rowKey);
    const first = keys('imsi\n001010000000101\n001010000000102\n');
    expect(new Set(first).size).toBe(2);
    expect(keys('imsi\n001010000000101\n001010000000102\n')).toEqual(first);
    expect(keys('imsi\n001010000000101\n001010000000103\n')).not.toEqual(first);
    expect(keys('imsi,row_key\n001010000000101,order-1\n')).toEqual(['order-1']);
    for (const key of first) expect(key).toMatch(/^[A-Za-z0-9._:-]{1,128}$/);
  });

  it.each([
    ['imsi', '12345', 'imsi is not 6 to 15 digits'],
    ['ki', 'xyz', 'ki is not 32 hexadecimal digits; ki and opc go together'],
    ['ki', ki, 'ki and opc go together'],
    ['iccid', '12345678901234567890', 'iccid is not 18 to 20 digits that begin with 89'],
    ['eid', '89049032123451234512345678901234', 'eid has wrong check digits'],
    ['puk1', '1234', 'puk1 is not 8 digits'],
    ['iccid', '8981001000000000011', 'iccid has a check digit that is not 0'],
    ['expires', '31.12.2026', 'expires is not a time as 2026-12-31 or 2026-12-31T18:00:00Z'],
    ['expires', '2026-13-01', 'expires is no day of the calendar'],
    ['expires', '2027-02-29', 'expires is no day of the calendar'],
    ['expires', '2026-12-31T18:00:00', 'expires is not a time as 2026-12-31 or 2026-12-31T18:00:00Z'],
    ['expires', '2026-12-31T25:00:00Z', 'expires is no day of the calendar'],
    ['policy', 'ppr3', 'policy is not ppr1, ppr2, or both with a space between'],
    ['smds', 'no address', 'smds is not the address of an SM-DS; an event at an SM-DS needs an eid'],
    ['smds', 'smds.example', 'an event at an SM-DS needs an eid'],
    ['event_id', 'E-1', 'event_id needs an SM-DS'],
    ['pin1', '1234,5,6', 'it has more or fewer values than there are columns'],
  ])('names the line and what is wrong with its %s, and keeps the value to itself', (column, value, reason) => {
    const { rows, faults } = reading(`${column},msisdn\n${value},819000000001\n,819000000002\n`);
    expect(faults).toEqual([{ line: 2, reason }]);
    expect(rows.map(({ line }) => line)).toEqual([3]);
  });

  it('names all that is wrong with a row, and what later rows repeat of it', () => {
    const { rows, faults } = reading(
      'iccid,imsi,ki,pin1,eid,event_id,expires\n' +
        `8981001000000000011,001010000000101,${ki},1,89049032123451234512345678901234,E-1,2027-02-29\n` +
        ',001010000000101,,,,,\n',
    );
    expect(rows).toEqual([]);
    expect(faults.map(({ reason }) => reason.split('; '))).toEqual([
      [
        'iccid has a check digit that is not 0',
        'pin1 is not 4 to 8 digits',
        'eid has wrong check digits',
        'expires is no day of the calendar',
        'ki and opc go together',
        'event_id needs an SM-DS',
      ],
      ['imsi is the one of line 2'],
    ]);
  });

  it('has what a row says of its order: when it lapses, policy rules, the event at the SM-DS', () => {
    const eid = '89049032123451234512345678901235';
    const { rows, faults } = reading(
      'eid,expires,policy,smds,event_id\n' +
        `${eid},2027-01-31,ppr1 ppr2,smds.example,E-1\n` +
        ',2027-01-31T18:00:00+09:00,ppr2,,\n,,,,\n',
    );
    expect(faults).toEqual([]);
    expect(rows).toMatchObject([
      {
        eid,
        expireTime: new Date('2027-01-31T00:00:00Z'),
        policyRules: ['ppr1', 'ppr2'],
        smdsAddress: 'smds.example',
        eventId: 'E-1',
      },
      { expireTime: new Date('2027-01-31T09:00:00Z'), policyRules: ['ppr2'], smdsAddress: '', eventId: '' },
      { expireTime: undefined, policyRules: undefined },
    ]);
  });

  it('has to fit what the command says of all orders', () => {
    const file = join(folder, 'batch.csv');
    writeFileSync(file, 'imsi,matching_id\n001010000000101,\n001010000000102,M-1\n');
    const faults = (shared: Parameters<typeof readBatch>[2]) => readBatch(file, undefined, shared).faults;
    expect(faults({ stock: false, smdsAddress: '' })).toEqual([]);
    expect(faults({ stock: true, smdsAddress: '' })).toEqual([
      { line: 3, reason: 'the profiles are for the stock, and orders alone have matching_id' },
    ]);
    expect(faults({ stock: false, smdsAddress: 'smds.example' })).toEqual([
      { line: 2, reason: 'an event at an SM-DS needs an eid' },
      { line: 3, reason: 'an event at an SM-DS needs an eid' },
    ]);
  });

  it('names a name of two orders, be it matching id or event id', () => {
    const eid = '89049032123451234512345678901235';
    const { faults } = reading(`eid,matching_id,smds,event_id\n${eid},M-1,,\n${eid},M-2,smds.example,M-1\n`);
    expect(faults).toEqual([{ line: 3, reason: 'event_id is the one of line 2' }]);
  });

  it('names a value that is there twice', () => {
    const { faults } = reading('imsi,iccid\n001010000000101,\n001010000000102,\n001010000000101,\n');
    expect(faults).toEqual([{ line: 4, reason: 'imsi is the one of line 2' }]);
  });

  it('is refused as a whole with columns that nobody knows, as no CSV, and when it is not there', () => {
    const code = (work: () => unknown) => {
      try {
        work();
        return 'none';
      } catch (error) {
        return error instanceof AdminError ? error.code : String(error);
      }
    };
    expect(code(() => reading('imsi,colour\n1,red\n'))).toBe('BATCH_COLUMNS_UNKNOWN');
    expect(code(() => reading('imsi,imsi\n1,1\n'))).toBe('BATCH_COLUMNS_UNKNOWN');
    expect(code(() => reading('imsi\n"1\n'))).toBe('BATCH_UNREADABLE');
    expect(code(() => readBatch(join(folder, 'nowhere.csv')))).toBe('BATCH_UNREADABLE');
  });

  it('has OPc derived of OP where a row has Ki alone', () => {
    const file = join(folder, 'op.csv');
    // 3GPP TS 35.208, test set 1.
    writeFileSync(file, 'ki\n465B5CE8B199B49FAA5F0A2EE238A6BC\n');
    const { rows, faults } = readBatch(file, Buffer.from('CDC202D5123E20F62B6D676AC72CB318', 'hex'));
    expect(faults).toEqual([]);
    expect(Buffer.from(rows[0]?.opc ?? []).toString('hex')).toBe('cd63cb71954a9f4e48a5994e37a02baf');
  });

  it('gives an ICCID of 18 digits its check digit, before it looks for the same one', () => {
    const { rows, faults } = reading('iccid\n898100100000000001\n8981001000000000010\n');
    expect(rows).toMatchObject([{ iccid: '8981001000000000010' }]);
    expect(faults).toEqual([{ line: 3, reason: 'iccid is the one of line 2' }]);
  });

  it('repeats nothing of a file that has no header, or is no CSV', () => {
    for (const content of [`${ki}\n`, `ki,opc\n${ki},x"${ki}\n`, `ki\n"${ki}`]) {
      expect(() => reading(content)).toThrow(AdminError);
      try {
        reading(content);
      } catch (error) {
        const { message, hint } = error as AdminError;
        expect(`${message} ${hint}`.toUpperCase()).not.toContain(ki);
      }
    }
  });

  it('that is any text is read or refused', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200, unit: fc.constantFrom(...'imsk,"\n\r 01;\u0000é') }), (text) => {
        try {
          reading(text);
        } catch (error) {
          expect(error).toBeInstanceOf(AdminError);
        }
      }),
    );
  });
});
