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
    ['ki', 'xyz', 'ki is not 32 hexadecimal digits'],
    ['ki', ki, 'ki and opc go together'],
    ['iccid', '12345678901234567890', 'iccid is not 18 to 20 digits that begin with 89'],
    ['eid', '89049032123451234512345678901234', 'eid has wrong check digits'],
    ['puk1', '1234', 'puk1 is not 8 digits'],
  ])('names the line and what is wrong with its %s, and keeps the value to itself', (column, value, reason) => {
    const { rows, faults } = reading(`${column},msisdn\n${value},819000000001\n,819000000002\n`);
    expect(faults).toEqual([{ line: 2, reason }]);
    expect(rows.map(({ line }) => line)).toEqual([3]);
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
    expect(code(() => reading('imsi,msisdn\n1\n'))).toBe('BATCH_UNREADABLE');
    expect(code(() => readBatch(join(folder, 'nowhere.csv')))).toBe('BATCH_UNREADABLE');
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
