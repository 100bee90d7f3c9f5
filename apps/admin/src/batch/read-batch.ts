import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { deriveOpc } from '@tegata/aka';
import { iccidWithCheckDigit, isEid, luhnCheckDigit } from '@tegata/rsp';
import { CsvError, parse } from 'csv-parse/sync';
import { AdminError } from '../network.ts';
import type { PolicyRuleName } from '../order-options.ts';
import { readTime, timeForm } from '../written-time.ts';
import type { RowFault } from './batch-error.ts';

/** Largest file that is read, in octets: a hundred thousand rows with room to spare. */
const maximumOctets = 64 * 1024 * 1024;

/** One row of a batch; what the file leaves empty is empty here, and made by the SM-DP+. */
export interface BatchRow {
  /** line of the file, the header being 1 */
  readonly line: number;
  readonly rowKey: string;
  readonly iccid: string;
  readonly imsi: string;
  readonly msisdn: string;
  readonly ki: Uint8Array;
  readonly opc: Uint8Array;
  readonly pin1: string;
  readonly puk1: string;
  readonly pin2: string;
  readonly puk2: string;
  readonly adm1: string;
  readonly eid: string;
  readonly matchingId: string;
  readonly confirmationCode: string;
  readonly eventId: string;
  readonly smdsAddress: string;
  readonly expireTime: Date | undefined;
  /** undefined for those of the command */
  readonly policyRules: readonly PolicyRuleName[] | undefined;
}

/** A file of rows. */
export interface Batch {
  readonly rows: readonly BatchRow[];
  /** rows that are not among `rows`, and why */
  readonly faults: readonly RowFault[];
}

interface Column {
  readonly form: RegExp;
  readonly what: string;
}

const digits = (from: number, to: number): Column => ({
  form: new RegExp(`^(\\d{${from},${to}})?$`),
  what: from === to ? `${from} digits` : `${from} to ${to} digits`,
});
const key: Column = { form: /^([0-9A-Fa-f]{32})?$/, what: '32 hexadecimal digits' };

/** Columns of a batch, by the names their headers have in any case. */
export const batchColumns: Readonly<Record<string, Column>> = {
  row_key: { form: /^[A-Za-z0-9._:-]{0,100}$/, what: 'up to 100 letters, digits and ._:-' },
  iccid: { form: /^(89\d{16,18})?$/, what: '18 to 20 digits that begin with 89' },
  imsi: digits(6, 15),
  msisdn: digits(3, 15),
  ki: key,
  opc: key,
  pin1: digits(4, 8),
  puk1: digits(8, 8),
  pin2: digits(4, 8),
  puk2: digits(8, 8),
  adm1: digits(8, 8),
  eid: { form: /^(\d{32})?$/, what: '32 digits with their check digits' },
  matching_id: { form: /^.{0,255}$/u, what: 'up to 255 characters' },
  confirmation_code: { form: /^.{0,64}$/u, what: 'up to 64 characters' },
  event_id: { form: /^.{0,255}$/u, what: 'up to 255 characters' },
  smds: { form: /^([A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)?$/, what: 'the address of an SM-DS' },
  expires: { form: new RegExp(`^$|${timeForm.source}`), what: 'a time as 2026-12-31 or 2026-12-31T18:00:00Z' },
  policy: { form: /^(ppr[12]( ppr[12])*)?$/, what: 'ppr1, ppr2, or both with a space between' },
};

/** What the orders of all rows have in common, as far as a row must fit it. */
export interface SharedOrder {
  /** profiles are kept in stock, without orders */
  readonly stock: boolean;
  /** SM-DS of rows that name none; empty for none */
  readonly smdsAddress: string;
}
const noSharedOrder: SharedOrder = { stock: false, smdsAddress: '' };

/** Columns that say something of an order: without one they would be lost. */
const orderColumns = ['eid', 'matching_id', 'confirmation_code', 'event_id', 'smds', 'expires', 'policy'] as const;

/**
 * Reads a batch: CSV in UTF-8 (RFC 4180) with a header line, columns in any order. Each row has a key of its own, so that the same file
 * can be imported again after an interruption: the one in the file, else one made of the file's name and digest and the line.
 *
 * An ICCID of 18 digits gets its check digit.
 *
 * @param op the operator's OP, 16 octets: OPc is derived of it where a row has Ki alone
 * @param shared what the command says of all orders
 * @throws AdminError BATCH_UNREADABLE, BATCH_COLUMNS_UNKNOWN; none repeats what stands in the file, which may be keys
 */
export function readBatch(file: string, op?: Uint8Array, shared = noSharedOrder): Batch {
  const octets = readOctets(file);
  const records = parseCsv(file, octets);
  const name = basename(file)
    .replaceAll(/[^A-Za-z0-9._-]/g, '_')
    .slice(0, 40);
  const run = `${name}:${createHash('sha256').update(octets).digest('hex').slice(0, 16)}`;
  const rows: BatchRow[] = [];
  const faults: RowFault[] = [];
  const seen = new Map<string, number>();
  for (const { record: written, info } of records) {
    const line = info.lines;
    const record = withCheckDigit(written);
    const reasons = info.error
      ? ['it has more or fewer values than there are columns']
      : [
          ...valueFaults(record),
          ...keyFaults(record, op),
          ...orderFaults(record, shared),
          ...repetitions(record, line, seen),
        ];
    if (reasons.length === 0) rows.push(rowOf(record, line, run, op));
    else faults.push({ line, reason: reasons.join('; ') });
  }
  return { rows, faults };
}

type CsvRecord = Readonly<Record<string, string>>;

function readOctets(file: string): Buffer {
  try {
    const octets = readFileSync(file);
    if (octets.length <= maximumOctets) return octets;
  } catch (cause) {
    throw new AdminError('BATCH_UNREADABLE', `${file} can't be read.`, 'Name a CSV file.', { cause });
  }
  throw new AdminError('BATCH_UNREADABLE', `${file} is larger than 64 MiB.`, 'Split it.');
}

function parseCsv(
  file: string,
  octets: Buffer,
): { readonly record: CsvRecord; readonly info: { readonly lines: number; readonly error?: unknown } }[] {
  const known = Object.keys(batchColumns).join(', ');
  try {
    return parse(octets, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      info: true,
      relax_column_count: true,
      columns: (header: string[]) => {
        const names = header.map((column) => column.trim().toLowerCase());
        const unknown = names.filter((column) => !Object.hasOwn(batchColumns, column));
        if (unknown.length > 0 || new Set(names).size < names.length) {
          // What has not the form of a name may be a key, of a file without header.
          const shown = unknown.map((column) => (/^[a-z_ -]{1,32}$/.test(column) ? column : '(no name)'));
          const what =
            unknown.length > 0 ? `has columns of names that there are not: ${shown.join(', ')}` : 'has a column twice';
          throw new AdminError('BATCH_COLUMNS_UNKNOWN', `${file} ${what}.`, `Columns are ${known}.`);
        }
        return names;
      },
    }) as unknown as ReturnType<typeof parseCsv>;
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    // Its message repeats what stands there.
    const where = typeof cause.lines === 'number' ? `, line ${cause.lines}` : '';
    throw new AdminError('BATCH_UNREADABLE', `${file}${where} is no CSV (${cause.code}).`, `Columns are ${known}.`);
  }
}

const wellFormed = (name: string, value: string): boolean => batchColumns[name]?.form.test(value) ?? false;

/** Why values of a row are none. Values themselves are not repeated: they may be keys. */
function* valueFaults(record: CsvRecord): Generator<string> {
  for (const [name, { what }] of Object.entries(batchColumns)) {
    const value = record[name] ?? '';
    if (!wellFormed(name, value)) yield `${name} is not ${what}`;
    else if (value !== '') yield* digitFaults(name, value);
  }
}

/** What is wrong with a value that has the form of its column. */
function* digitFaults(name: string, value: string): Generator<string> {
  const checkDigit = luhnCheckDigit(value.slice(0, -1));
  if (name === 'iccid' && value.length === 19 && !value.endsWith(checkDigit)) {
    yield `iccid has a check digit that is not ${checkDigit}`;
  }
  if (name === 'eid' && !isEid(value)) yield 'eid has wrong check digits';
  if (name === 'expires' && readTime(value) === undefined) yield 'expires is no day of the calendar';
}

function* keyFaults({ ki = '', opc = '' }: CsvRecord, op: Uint8Array | undefined): Generator<string> {
  if ((ki === '') !== (opc === '') && !(op && opc === '')) yield 'ki and opc go together';
}

/** Why there can be no such order. */
function* orderFaults(record: CsvRecord, { stock, smdsAddress }: SharedOrder): Generator<string> {
  if (stock) {
    const said = orderColumns.filter((name) => record[name]);
    if (said.length > 0) yield `the profiles are for the stock, and orders alone have ${said.join(', ')}`;
    return;
  }
  const smds = record.smds || smdsAddress;
  if (smds && !record.eid) yield 'an event at an SM-DS needs an eid';
  if (record.event_id && !smds) yield 'event_id needs an SM-DS';
}

/** ITU-T E.118: 19 digits, of which the last is a check digit; those of 20 have none. */
function withCheckDigit(record: CsvRecord): CsvRecord {
  const { iccid = '' } = record;
  return /^89\d{16}$/.test(iccid) ? { ...record, iccid: iccidWithCheckDigit(iccid) } : record;
}

const unique = ['row_key', 'iccid', 'imsi', 'msisdn', 'matching_id', 'event_id'] as const;

/** Matching ids and event ids name orders alike: no two orders share one. */
const kindOf = (name: string): string => (name === 'event_id' ? 'matching_id' : name);

/** Also of rows with other faults, which would be found one by one otherwise. */
function* repetitions(record: CsvRecord, line: number, seen: Map<string, number>): Generator<string> {
  for (const name of unique) {
    const value = record[name];
    if (!value || !wellFormed(name, value)) continue;
    const named = `${kindOf(name)} ${value}`;
    const earlier = seen.get(named) ?? line;
    if (earlier < line) yield `${name} is the one of line ${earlier}`;
    seen.set(named, earlier);
  }
}

function rowOf(record: CsvRecord, line: number, run: string, op: Uint8Array | undefined): BatchRow {
  const text = (name: string) => record[name] ?? '';
  const octets = (name: string) => Buffer.from(text(name), 'hex');
  const derived = op && text('ki') !== '' && text('opc') === '' ? deriveOpc(octets('ki'), op) : undefined;
  return {
    line,
    rowKey: text('row_key') || `${run}:${line}`,
    iccid: text('iccid'),
    imsi: text('imsi'),
    msisdn: text('msisdn'),
    ki: octets('ki'),
    opc: derived ?? octets('opc'),
    pin1: text('pin1'),
    puk1: text('puk1'),
    pin2: text('pin2'),
    puk2: text('puk2'),
    adm1: text('adm1'),
    eid: text('eid'),
    matchingId: text('matching_id'),
    confirmationCode: text('confirmation_code'),
    eventId: text('event_id'),
    smdsAddress: text('smds'),
    expireTime: readTime(text('expires')),
    policyRules: text('policy') === '' ? undefined : (text('policy').split(' ') as PolicyRuleName[]),
  };
}
