import type { CheckProfilesRequest, OrderAttributes, ProfileRow } from '@tegata/contracts/management-v1';
import type { Database } from '@tegata/database';
import { encodeProfilePackage, profilePackage, readProfilePackage } from '@tegata/profile-package';
import { collect, streamOf } from '../testing/streams.ts';
import { templatePackage } from '../testing/template-package.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';
import { checkProfiles } from './check-profiles.ts';
import { importProfiles } from './import-profiles.ts';
import { plainOrder } from './order-attributes.ts';

const eid = '89049032123451234512345678901235';
const empty = Buffer.alloc(0);
const numbers = { iccid: '', imsi: '', msisdn: '', ki: empty, opc: empty };
const codes = { pin1: '', puk1: '', pin2: '', puk2: '', adm1: '' };

const row = (rowKey: string, more: Partial<ProfileRow> = {}): CheckProfilesRequest => ({
  item: {
    $case: 'row',
    value: { rowKey, ...numbers, ...codes, display: undefined, order: undefined, ...more },
  },
});
const ordered = (more: Partial<OrderAttributes>) => ({ order: { ...plainOrder, ...more } });
const matchingId = (value: string) => ({ selection: { $case: 'matchingId' as const, value } });

const whole = readProfilePackage(templatePackage());
const template = (octets: Uint8Array): CheckProfilesRequest => ({
  item: {
    $case: 'template',
    value: { profilePackage: Buffer.from(octets), profileType: '', display: undefined, keepSecurityDomainKeys: false },
  },
});

describe('a batch that is looked at before it is imported', () => {
  let test: TestContext;
  beforeEach(async () => {
    test = await createTestContext();
  });
  afterEach(() => test.close());

  /** Reasons by row key. */
  const checked = async (...requests: CheckProfilesRequest[]) => {
    const answers = await collect(checkProfiles(test.context, streamOf(requests)));
    return Object.fromEntries(answers.map(({ rowKey, errors }) => [rowKey, errors.map(({ reason }) => reason)]));
  };
  const refused = async (...requests: CheckProfilesRequest[]) => {
    const answers = await collect(importProfiles(test.context, streamOf(requests)));
    return Object.fromEntries(
      answers.map(({ rowKey, outcome }) => [rowKey, outcome?.$case === 'error' ? [outcome.value.reason] : []]),
    );
  };
  const given = { iccid: '8981999000000000017', imsi: '001019999999999', msisdn: '819012345678' };

  it('is told all that is wrong with each row, in order, and nothing is stored', async () => {
    await refused(row('stored', { ...given, ...ordered({ eid, ...matchingId('TAKEN'), eventId: 'EVENT' }) }));
    const profiles = await test.context.prisma.profile.count();
    const counters = await test.context.prisma.numberCounter.findMany();
    const found = await checked(
      row('good', { imsi: '001018888888888', ...ordered({ eid, ...matchingId('FREE') }) }),
      row('numbers', { ...given, ...ordered(matchingId('TAKEN')) }),
      row('event', ordered({ eid, eventId: 'TAKEN' })),
      row('as event', ordered(matchingId('EVENT'))),
      row('sm-ds', ordered({ eid, smdsAddress: 'smds.elsewhere.example' })),
      row('no eid', ordered({ selection: { $case: 'defaultOrder', value: true } })),
      row('set', { imsi: given.imsi, ...ordered({ set: 'no-such' }) }),
      row('ki alone', { ki: Buffer.alloc(16) }),
      row('icon', { display: { serviceProviderName: '', profileName: '', profileClass: 0, icon: Buffer.alloc(9) } }),
      row('stock'),
    );
    expect(Object.entries(found)).toEqual([
      ['good', []],
      ['numbers', ['ICCID_TAKEN', 'IMSI_TAKEN', 'MSISDN_TAKEN', 'MATCHING_ID_IN_USE']],
      ['event', ['MATCHING_ID_IN_USE']],
      ['as event', ['MATCHING_ID_IN_USE']],
      ['sm-ds', ['SMDS_INACCESSIBLE']],
      ['no eid', ['EID_MISSING']],
      ['set', ['IMSI_TAKEN', 'SET_UNKNOWN']],
      ['ki alone', ['SUBSCRIPTION_VALUE_INVALID']],
      ['icon', ['METADATA_INVALID']],
      ['stock', []],
    ]);
    expect(await test.context.prisma.profile.count()).toBe(profiles);
    expect(await test.context.prisma.numberCounter.findMany()).toEqual(counters);
  });

  it('is found good where the import takes it, and bad where it does not', async () => {
    await refused(row('stored', { ...given, ...ordered(matchingId('TAKEN')) }));
    const batch = [
      row('1', { imsi: '001018888888888' }),
      row('2', { msisdn: given.msisdn }),
      row('3', ordered(matchingId('TAKEN'))),
      row('4', { opc: Buffer.alloc(16), iccid: '8981999000000000025' }),
      row('5', { pin1: '47110815', adm1: '12345678' }),
    ];
    const found = await checked(...batch);
    expect(found).toMatchObject({ 1: [], 2: ['MSISDN_TAKEN'], 3: ['MATCHING_ID_IN_USE'], 5: [] });
    expect(await refused(...batch)).toEqual(found);
  });

  it('has rows that are stored already: good as they were sent, refused with other content', async () => {
    const before = row('again', { ...given, ...ordered(matchingId('AGAIN')) });
    await refused(before);
    const answers = await collect(checkProfiles(test.context, streamOf([before, row('new')])));
    expect(answers).toEqual([
      { rowKey: 'again', errors: [], repeated: true },
      { rowKey: 'new', errors: [], repeated: false },
    ]);
    expect(await checked(row('again', { ...given, pin1: '4711' }))).toEqual({ again: ['ROW_KEY_REUSED'] });
    // A version before had digests in clear.
    const { prisma } = test.context;
    const { digest } = await prisma.batchRow.findUniqueOrThrow({ where: { rowKey: 'again' } });
    expect(digest.length).toBeGreaterThan(32);
    const clear = await test.context.vault.open('batch_row:again:digest', digest);
    await prisma.batchRow.update({ where: { rowKey: 'again' }, data: { digest: clear } });
    expect(await collect(checkProfiles(test.context, streamOf([before])))).toMatchObject([
      { errors: [], repeated: true },
    ]);
  });

  it('has rows that a template has no place for, and ends at a template that is none', async () => {
    const without = profilePackage(whole.elements.filter(({ type }) => type !== 'akaParameter'));
    const rows = [row('1', { imsi: '001010000000101' }), row('2', { imsi: '001010000000102' })];
    expect(await checked(template(encodeProfilePackage(whole)), ...rows)).toEqual({ 1: [], 2: [] });
    const unfit = ['SUBSCRIPTION_VALUE_INVALID'];
    expect(await checked(template(encodeProfilePackage(without)), ...rows)).toEqual({ 1: unfit, 2: unfit });
    expect(
      await checked(template(encodeProfilePackage(without)), ...rows, template(encodeProfilePackage(whole)), row('3')),
    ).toEqual({
      1: unfit,
      2: unfit,
      3: [],
    });
    await expect(checked(row('1'), template(encodeProfilePackage(whole).subarray(0, -2)))).rejects.toMatchObject({
      reason: 'TEMPLATE_UNREADABLE',
    });
  });

  it('asks for more numbers than the carrier has left', async () => {
    await test.context.prisma.numberCounter.create({ data: { name: 'subscription', next: 99_999_999n } });
    const carrier = { ...test.context.carrier, msisdnPrefix: '81901' };
    const rows = [row('1'), row('2', given), row('3')];
    const answers = await collect(checkProfiles({ ...test.context, carrier }, streamOf(rows)));
    expect(answers.map(({ errors }) => errors.map(({ reason }) => reason))).toEqual([[], [], ['NUMBERS_EXHAUSTED']]);
  });

  it('costs the database a query for each kind of value, and not for each row', async () => {
    const { database } = test.context;
    let queries = 0;
    const counting = {
      query: (...asked: Parameters<Database['query']>) => {
        queries++;
        return database.query(...asked);
      },
    };
    const rows = Array.from({ length: 1200 }, (_, at) =>
      row(`many-${at}`, {
        iccid: `89810010000000${10_000 + at}`,
        imsi: `0010100000${10_000 + at}`,
        ...ordered(matchingId(`M-${at}`)),
      }),
    );
    const context = { ...test.context, database: counting as unknown as Database };
    const answers = await collect(checkProfiles(context, streamOf(rows)));
    expect(answers.map(({ rowKey }) => rowKey)).toEqual(rows.map((_, at) => `many-${at}`));
    expect(answers.every(({ errors }) => errors.length === 0)).toBe(true);
    expect(queries).toBeLessThan(20);
  });
});
