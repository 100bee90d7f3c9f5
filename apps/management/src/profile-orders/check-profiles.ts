import type { CheckProfilesRequest, CheckProfilesResponse, ProfileRow } from '@tegata/contracts/management-v1';
import { statement } from '@tegata/database';
import { RspRefusal } from '@tegata/rsp';
import { refusal } from '@tegata/service-kit';
import type { SmDpContext } from '../context.ts';
import { makePackage } from '../profile/make-profile.ts';
import { nextPlace, numbersOf } from '../profile/numbers.ts';
import { completeCodes } from '../profile/profile-codes.ts';
import { makeMetadata } from '../profile/profile-metadata.ts';
import { newSecurityDomainKeys } from '../profile/security-domain-keys.ts';
import { isStoredRow, type RowError, rowErrorOf } from './batch.ts';
import { readOrder } from './order-attributes.ts';
import { keyedRow, keysOf, mergedDisplay, type Template, type TemplatedRow, withTemplates } from './profile-rows.ts';

/** Rows that are compared with the database at once: one query for each kind of value. */
const rowsAtOnce = 500;

/** ProfileOrders.CheckProfiles: what ImportProfiles would refuse, found without storing anything. */
export async function* checkProfiles(
  context: SmDpContext,
  requests: AsyncIterable<CheckProfilesRequest>,
): AsyncGenerator<CheckProfilesResponse> {
  const check = new BatchCheck(context);
  for await (const group of inGroups(withTemplates(requests))) yield* await check.answer(group);
}

async function* inGroups(rows: AsyncIterable<TemplatedRow>): AsyncGenerator<TemplatedRow[]> {
  let group: TemplatedRow[] = [];
  for await (const row of rows) {
    group.push(row);
    if (group.length < rowsAtOnce) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** The check of one batch. */
class BatchCheck {
  /** What was found of packages, by the lengths of the values; of the template that applies. */
  readonly #packages = new Map<string, readonly RowError[]>();
  #template: Template | undefined;
  /** place in the carrier's range that the next row without numbers would be given */
  #place: bigint | undefined;

  constructor(private readonly context: SmDpContext) {}

  /** The answers to some rows, in their order. */
  async answer(group: readonly TemplatedRow[]): Promise<CheckProfilesResponse[]> {
    this.#place ??= await nextPlace(this.context);
    const stored = await findStored(this.context, group);
    const answers: CheckProfilesResponse[] = [];
    for (const { row, template } of group) {
      const { rowKey } = row;
      const digest = stored.rowKeys.get(rowKey);
      const repeated = digest !== undefined && (await isStoredRow(this.context.vault, keyedRow(row, template), digest));
      const reused = digest === undefined || repeated ? [] : [rowErrorOf(refusal('ROW_KEY_REUSED'))];
      answers.push({ rowKey, errors: digest ? reused : this.#errorsOf(row, template, stored), repeated });
    }
    return answers;
  }

  #errorsOf(row: ProfileRow, template: Template, stored: Stored): RowError[] {
    const { carrier } = this.context;
    const { order, display } = row;
    let rules: Parameters<typeof makeMetadata>[3];
    return [
      ...(stored.iccids.has(row.iccid) ? [rowErrorOf(refusal('ICCID_TAKEN'))] : []),
      ...(stored.imsis.has(row.imsi) ? [rowErrorOf(refusal('IMSI_TAKEN'))] : []),
      ...(stored.msisdns.has(row.msisdn) ? [rowErrorOf(refusal('MSISDN_TAKEN'))] : []),
      ...(namesOf(row).some((name) => stored.names.has(name))
        ? [rowErrorOf(new RspRefusal('MATCHING_ID_IN_USE'))]
        : []),
      ...errorOf(() => this.#takePlace(row)),
      ...errorOf(() => {
        rules = order && readOrder(this.context, order).policyRules;
      }),
      ...errorOf(() => makeMetadata(carrier, row.iccid || any.iccid, mergedDisplay(template.display, display), rules)),
      ...this.#misfits(row, template),
    ];
  }

  /** A row that gives not all of its numbers uses a place of the range up. */
  #takePlace({ iccid, imsi, msisdn }: ProfileRow): void {
    if ((iccid && imsi && msisdn) || this.#place === undefined) return;
    numbersOf(this.context.carrier, this.#place);
    this.#place += 1n;
  }

  /** Why no package can be made of a row. Of rows whose values are alike in length one is tried. */
  #misfits(row: ProfileRow, template: Template): readonly RowError[] {
    if (template !== this.#template) this.#packages.clear();
    this.#template = template;
    const { ki, opc, iccid, imsi, msisdn, pin1, puk1, pin2, puk2, adm1 } = row;
    const kind = [ki, opc, iccid, imsi, msisdn, pin1, puk1, pin2, puk2, adm1].map(({ length }) => length).join();
    const known = this.#packages.get(kind);
    if (known) return known;
    const { carrier, random } = this.context;
    const found = errorOf(() => {
      const keys = keysOf(row) ?? { k: Buffer.alloc(16), opc: Buffer.alloc(16) };
      const own = numbersOf(carrier, 1n);
      const numbers = { iccid: iccid || own.iccid, imsi: imsi || own.imsi, msisdn: msisdn || own.msisdn };
      const codes = completeCodes(row, random);
      const securityDomainKeys = newSecurityDomainKeys(template.keySlots ?? [], random);
      makePackage(carrier, { numbers, keys, codes, securityDomainKeys, template: template.package });
    });
    this.#packages.set(kind, found);
    return found;
  }
}

/** An ICCID as long as those that are made. */
const any = { iccid: '8900000000000000000' };

function errorOf(work: () => unknown): RowError[] {
  try {
    work();
    return [];
  } catch (error) {
    return [rowErrorOf(error)];
  }
}

/** What an eUICC may name the order of a row by. */
function namesOf({ order }: ProfileRow): string[] {
  const matchingId = order?.selection?.$case === 'matchingId' ? order.selection.value : '';
  return [matchingId, order?.eventId ?? ''].filter(Boolean);
}

/** Values of some rows that the database has already. */
interface Stored {
  /** digest by row key */
  readonly rowKeys: ReadonlyMap<string, Buffer>;
  readonly iccids: ReadonlySet<string>;
  readonly imsis: ReadonlySet<string>;
  readonly msisdns: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
}

const findRowKeys = statement('SELECT row_key AS "rowKey", digest FROM batch_row WHERE row_key = ANY($1::text[])');
const findIccids = statement('SELECT iccid AS value FROM profile WHERE iccid = ANY($1::text[])');
const findImsis = statement('SELECT imsi AS value FROM subscription WHERE imsi = ANY($1::text[])');
const findMsisdns = statement('SELECT msisdn AS value FROM subscription WHERE msisdn = ANY($1::text[])');
const findNames = statement('SELECT name AS value FROM download_name WHERE name = ANY($1::text[])');

async function findStored({ database }: SmDpContext, group: readonly TemplatedRow[]): Promise<Stored> {
  const among = async (find: typeof findIccids, given: readonly string[]) => {
    const values = given.filter(Boolean);
    const rows = values.length > 0 ? await database.query<{ value: string }>(find, [values]) : [];
    return new Set(rows.map(({ value }) => value));
  };
  const rows = group.map(({ row }) => row);
  const known = await database.query<{ rowKey: string; digest: Buffer }>(findRowKeys, [
    rows.map(({ rowKey }) => rowKey),
  ]);
  return {
    rowKeys: new Map(known.map(({ rowKey, digest }) => [rowKey, digest])),
    iccids: await among(
      findIccids,
      rows.map(({ iccid }) => iccid),
    ),
    imsis: await among(
      findImsis,
      rows.map(({ imsi }) => imsi),
    ),
    msisdns: await among(
      findMsisdns,
      rows.map(({ msisdn }) => msisdn),
    ),
    names: await among(findNames, rows.flatMap(namesOf)),
  };
}
