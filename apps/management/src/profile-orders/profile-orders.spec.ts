import { FinalProfileStatusIndicator } from '@tegata/contracts/gsma-rsp-v2';
import {
  type ImportProfilesRequest,
  type OrderAttributes,
  type PrepareOrdersRequest,
  ProfileOrderState,
  ProfilePolicyRule,
  type ProfileRow,
} from '@tegata/contracts/management-v1';
import { StoreMetadataRequest } from '@tegata/rsp';
import { cancelOrder } from '../es2plus/cancel-order.ts';
import { collect, streamOf } from '../testing/streams.ts';
import { templatePackage } from '../testing/template-package.ts';
import { createTestContext, sampleSet, smdsAddress, type TestContext } from '../testing/test-context.ts';
import { importProfiles } from './import-profiles.ts';
import { plainOrder } from './order-attributes.ts';
import { prepareOrders } from './prepare-orders.ts';
import { expireOrder, getOrder, listOrders } from './read-orders.ts';

const eid = '89049032123451234512345678901235';

const emptyRow: ProfileRow = {
  rowKey: '',
  iccid: '',
  imsi: '',
  msisdn: '',
  ki: Buffer.alloc(0),
  opc: Buffer.alloc(0),
  pin1: '',
  puk1: '',
  pin2: '',
  puk2: '',
  adm1: '',
  display: undefined,
  order: undefined,
};

const row = (rowKey: string, more: Partial<ProfileRow> = {}): ImportProfilesRequest => ({
  item: { $case: 'row', value: { ...emptyRow, rowKey, ...more } },
});

describe('profiles and orders of an operator', () => {
  let test: TestContext;
  beforeAll(async () => {
    test = await createTestContext();
  });
  afterAll(() => test.close());

  const imported = (...requests: ImportProfilesRequest[]) => collect(importProfiles(test.context, streamOf(requests)));
  const withTemplate = (octets: Uint8Array, keepSecurityDomainKeys = false): ImportProfilesRequest => ({
    item: {
      $case: 'template',
      value: {
        profilePackage: Buffer.from(octets),
        profileType: 'of a template',
        display: undefined,
        keepSecurityDomainKeys,
      },
    },
  });
  const prepared = (...requests: PrepareOrdersRequest[]) => collect(prepareOrders(test.context, streamOf(requests)));
  const ordered = (rowKey: string, iccid: string, order: Partial<OrderAttributes> = {}): PrepareOrdersRequest => ({
    rowKey,
    profile: { $case: 'iccid', value: iccid },
    order: { ...plainOrder, ...order },
  });

  it('carries rows about one profile out in their order', async () => {
    const same = { iccid: '8981999000000000116', imsi: '001019999999911', msisdn: '819012345611' };
    for (let round = 0; round < 5; round++) {
      const answers = await imported(
        ...Array.from({ length: 6 }, (_, at) =>
          row(`same-${round}-${at}`, {
            ...same,
            iccid: `${same.iccid.slice(0, -2)}${round}0`,
            imsi: `00101999999992${round}`,
            msisdn: `81901234562${round}`,
          }),
        ),
      );
      expect(answers.map(({ outcome }) => outcome?.$case)).toEqual(['profile', ...Array(5).fill('error')]);
    }
  });

  it('stores profiles with what the server makes and what the row gives', async () => {
    const ki = Buffer.alloc(16, 1);
    const opc = Buffer.alloc(16, 2);
    const [own, given] = await imported(
      row('own-1'),
      row('given-1', {
        iccid: '8981999000000000017',
        imsi: '001019999999999',
        msisdn: '819012345678',
        ki,
        opc,
        pin1: '4711',
      }),
    );
    expect(own?.outcome).toMatchObject({
      $case: 'profile',
      value: { imsi: expect.stringMatching(/^00101\d{10}$/), pin1: expect.stringMatching(/^\d{4}$/) },
    });
    expect(given).toMatchObject({
      rowKey: 'given-1',
      repeated: false,
      outcome: {
        $case: 'profile',
        value: { iccid: '8981999000000000017', imsi: '001019999999999', msisdn: '819012345678', ki, opc, pin1: '4711' },
      },
    });
    const stored = await test.context.prisma.profile.findUniqueOrThrow({
      where: { iccid: '8981999000000000017' },
      include: { subscription: true },
    });
    expect(stored).toMatchObject({ state: 'AVAILABLE', subscription: { imsi: '001019999999999' } });
    for (const octets of [stored.codes, stored.subscription?.keys, stored.protectedPackage]) {
      expect(Buffer.from(octets ?? []).includes('4711')).toBe(false);
      expect(Buffer.from(octets ?? []).includes(ki)).toBe(false);
    }
  });

  it('answers a batch that is sent again as it did the first time, and does nothing', async () => {
    const batch = [row('again-1'), row('again-2', { order: { ...plainOrder, eid } }), row('again-3')];
    const first = await imported(...batch);
    const before = await test.context.prisma.profile.count();
    const second = await imported(...batch);
    expect(second).toEqual(first.map((answer) => ({ ...answer, repeated: true })));
    expect(await test.context.prisma.profile.count()).toBe(before);
    // The same batch twice at once, with rows that are new to both.
    const news = [row('twice-1'), row('twice-2'), row('twice-3')];
    const [one, other] = await Promise.all([imported(...news), imported(...news)]);
    expect(one.map(({ outcome }) => outcome)).toEqual(other.map(({ outcome }) => outcome));
    expect(await test.context.prisma.profile.count()).toBe(before + 3);
    const [reused] = await imported(row('again-1', { imsi: '001018888888888' }));
    expect(reused?.outcome).toMatchObject({ $case: 'error', value: { reason: 'ROW_KEY_REUSED' } });
  });

  it('refuses single rows with a reason, and goes on', async () => {
    await imported(row('refused-1', { iccid: '8981999000000000025' }));
    const answers = await imported(
      row('refused-2', { iccid: '8981999000000000025' }),
      row('refused-3', { ki: Buffer.alloc(16) }),
      row('refused-4', { order: { ...plainOrder, selection: { $case: 'defaultOrder', value: true } } }),
      row('refused-5', {
        display: { serviceProviderName: '', profileName: '', profileClass: 0, icon: Buffer.alloc(9) },
      }),
      row('refused-6', { order: { ...plainOrder, smdsAddress: 'smds.elsewhere.example', eid } }),
      row('refused-7'),
    );
    const reasons = answers.map(({ outcome }) => (outcome?.$case === 'error' ? outcome.value.reason : 'ok'));
    expect(reasons).toEqual([
      'ICCID_TAKEN',
      'SUBSCRIPTION_VALUE_INVALID',
      'EID_MISSING',
      'METADATA_INVALID',
      'SMDS_INACCESSIBLE',
      'ok',
    ]);
  });

  it('steps over numbers that an import has used before', async () => {
    const [next] = await imported(row('probe-1'));
    if (next?.outcome?.$case !== 'profile') throw new Error('not imported');
    const taken = (BigInt(next.outcome.value.msisdn) + 1n).toString();
    await imported(row('probe-2', { iccid: '8981999000000000033', imsi: '001017777777777', msisdn: taken }));
    const [after] = await imported(row('probe-3'));
    expect(after?.outcome).toMatchObject({ $case: 'profile' });
  });

  it('makes profiles of a template, and ends at one that is none', async () => {
    const template = templatePackage();
    const [answer] = await imported(withTemplate(template), row('template-1'));
    if (answer?.outcome?.$case !== 'profile') throw new Error('not imported');
    const { iccid } = answer.outcome.value;
    expect((await getOrder(test.context, { name: { $case: 'iccid', value: iccid } })).order).toMatchObject({
      profileType: 'of a template',
      state: ProfileOrderState.AVAILABLE,
      activationCode: '',
    });
    const before = await test.context.prisma.profile.count();
    await expect(
      imported(row('template-2'), withTemplate(template.subarray(0, -2)), row('template-3')),
    ).rejects.toMatchObject({ reason: 'TEMPLATE_UNREADABLE' });
    expect(await test.context.prisma.profile.count()).toBe(before + 1);
  });

  it('gives each profile of a template keys of its own for security domains, and tells them again', async () => {
    const template = withTemplate(templatePackage());
    const rows = [template, row('keys-1'), row('keys-2')];
    const told = (await imported(...rows)).map(({ outcome }) =>
      outcome?.$case === 'profile' ? outcome.value.securityDomainKeys : [],
    );
    for (const keys of told) {
      expect(
        keys.map(({ securityDomain, key, ...place }) => [securityDomain.toString('hex'), place, key.length]),
      ).toEqual([1, 2, 3].map((identifier) => ['a000000151000000', { version: 1, identifier, type: 0x88 }, 16]));
    }
    expect(new Set(told.flat().map(({ key }) => key.toString('hex'))).size).toBe(6);
    const again = (await imported(...rows)).map(({ outcome, repeated }) => [
      repeated,
      outcome?.$case === 'profile' && outcome.value.securityDomainKeys,
    ]);
    expect(again).toEqual(told.map((keys) => [true, keys]));
    const [kept] = await imported(withTemplate(templatePackage(), true), row('keys-3'));
    expect(kept?.outcome).toMatchObject({ $case: 'profile', value: { securityDomainKeys: [] } });
  });

  it('prepares orders with every attribute', async () => {
    const answers = await imported(row('stock-1'), row('stock-2'));
    const [one, two] = answers.map(({ outcome }) => (outcome?.$case === 'profile' ? outcome.value.iccid : ''));
    const expireTime = new Date('2026-12-24T00:00:00Z');
    const [full, standard] = await prepared(
      ordered('order-1', one ?? '', {
        eid,
        selection: { $case: 'matchingId', value: 'täg 1/2?' },
        eventId: 'EVENT-1',
        smdsAddress,
        confirmationCode: '2468',
        confirmationTries: 2,
        downloadTries: 7,
        expireTime,
        policyRules: [ProfilePolicyRule.PPR1],
      }),
      ordered('order-3', two ?? '', { eid, selection: { $case: 'defaultOrder', value: true }, hold: true }),
    );
    const [again] = await prepared(ordered('order-2', one ?? ''));
    expect(full?.outcome).toMatchObject({
      $case: 'order',
      value: {
        state: ProfileOrderState.RELEASED,
        eid,
        matchingId: 'täg 1/2?',
        eventId: 'EVENT-1',
        eventRegistered: true,
        confirmationCodeRequired: true,
        confirmationTriesLeft: 2,
        downloadTriesLeft: 7,
        expireTime,
        activationCode: '',
      },
    });
    expect(test.smds.events.get('EVENT-1')).toBe(eid);
    expect(again?.outcome).toMatchObject({ $case: 'error', value: { reason: 'ICCID_UNAVAILABLE' } });
    expect(standard?.outcome).toMatchObject({
      $case: 'order',
      value: {
        state: ProfileOrderState.CONFIRMED,
        defaultOrder: true,
        matchingId: '',
        activationCode: `1$${test.context.carrier.address}$`,
      },
    });
    const { metadata } = await test.context.prisma.profile.findUniqueOrThrow({ where: { iccid: one ?? '' } });
    expect(StoreMetadataRequest.decode(metadata)).toMatchObject({ iccid: one, profilePolicyRules: ['ppr1'] });
    const byEvent = await getOrder(test.context, { name: { $case: 'matchingId', value: 'EVENT-1' } });
    expect(byEvent.order?.iccid).toBe(one);
  });

  it.each([
    ['made for it', (order: OrderAttributes) => imported(row('ruled-1', { order }))],
    [
      'taken from stock for it',
      async (order: OrderAttributes) => {
        const [answer] = await imported(row('ruled-2'));
        const iccid = answer?.outcome?.$case === 'profile' ? answer.outcome.value.iccid : '';
        await prepared(ordered('ruled-3', iccid, order));
        return [answer];
      },
    ],
  ])('leaves no policy rules of a cancelled order with the profile that was %s', async (_, make) => {
    const [answer] = await make({ ...plainOrder, policyRules: [ProfilePolicyRule.PPR1, ProfilePolicyRule.PPR2] });
    if (answer?.outcome?.$case !== 'profile') throw new Error('not imported');
    const { iccid } = answer.outcome.value;
    const rules = async () => {
      const { metadata, policyRules } = await test.context.prisma.profile.findUniqueOrThrow({ where: { iccid } });
      return [StoreMetadataRequest.decode(metadata).profilePolicyRules, policyRules];
    };
    expect(await rules()).toEqual([['ppr1', 'ppr2'], 6]);
    const finalProfileStatusIndicator = FinalProfileStatusIndicator.AVAILABLE;
    await cancelOrder(test.context, { iccid, eid: '', matchingId: '', finalProfileStatusIndicator });
    expect(await rules()).toEqual([undefined, 0]);
    const [next] = await prepared(ordered(`after ${iccid}`, iccid));
    expect([next?.outcome?.$case, ...(await rules())]).toEqual(['order', undefined, 0]);
  });

  it('leads to the listener of the set that an order is for, and so does its event', async () => {
    const { name: set, address } = sampleSet;
    const orderOfRow = async (request: ImportProfilesRequest) => {
      const [answer] = await imported(request);
      return answer?.outcome?.$case === 'profile' ? answer.outcome.value.order : undefined;
    };
    const made = await orderOfRow(
      row('set-1', {
        order: { ...plainOrder, set, eid, smdsAddress, selection: { $case: 'matchingId', value: 'SET-1' } },
      }),
    );
    expect(made).toMatchObject({ set, smdpAddress: address, activationCode: `1$${address}$SET-1` });
    expect(test.smds.addresses.get('SET-1')).toBe(address);
    const own = await orderOfRow(row('set-2', { order: plainOrder }));
    expect(own).toMatchObject({ set: '', smdpAddress: test.context.carrier.address });

    const [stocked] = await imported(row('set-3'));
    const iccid = stocked?.outcome?.$case === 'profile' ? stocked.outcome.value.iccid : '';
    const [prepared1] = await prepared(ordered('set-4', iccid, { set }));
    expect(prepared1?.outcome).toMatchObject({ value: { set, smdpAddress: address } });
    const shown = await getOrder(test.context, { name: { $case: 'iccid', value: iccid } });
    expect(shown.order?.activationCode).toContain(`1$${address}$`);
    const [unknown] = await prepared(ordered('set-5', iccid, { set: 'nowhere' }));
    expect(unknown?.outcome).toMatchObject({ $case: 'error', value: { reason: 'SET_UNKNOWN' } });
  });

  it('expires an order when the operator says so, once', async () => {
    const [answer] = await imported(row('expire-1', { order: { ...plainOrder, eid, smdsAddress } }));
    if (answer?.outcome?.$case !== 'profile') throw new Error('not imported');
    const { iccid, order } = answer.outcome.value;
    expect(test.smds.events.has(order?.matchingId ?? '')).toBe(true);
    for (const _ of ['first', 'again']) {
      const { order: expired } = await expireOrder(test.context, { iccid });
      expect(expired).toMatchObject({ state: ProfileOrderState.ERROR, errorReason: 'EXPIRED', eventRegistered: false });
    }
    expect(test.smds.events.has(order?.matchingId ?? '')).toBe(false);
    const [stock] = await imported(row('expire-2'));
    const available = stock?.outcome?.$case === 'profile' ? stock.outcome.value.iccid : '';
    await expect(expireOrder(test.context, { iccid: available })).rejects.toMatchObject({ reason: 'ORDER_OVER' });
    await expect(expireOrder(test.context, { iccid: '8900000000000000000' })).rejects.toMatchObject({
      reason: 'PROFILE_UNKNOWN',
    });
  });

  it('lists all orders once, page by page', async () => {
    const all = await test.context.prisma.profile.findMany({ select: { iccid: true }, orderBy: { iccid: 'asc' } });
    const listed: string[] = [];
    let pageToken = '';
    do {
      const page = await listOrders(test.context, { pageSize: 3, pageToken, state: 0, eid: '', profileType: '' });
      listed.push(...page.orders.map(({ iccid }) => iccid));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(listed).toEqual(all.map(({ iccid }) => iccid));
    const released = await listOrders(test.context, {
      pageSize: 0,
      pageToken: '',
      state: ProfileOrderState.RELEASED,
      eid,
      profileType: '',
    });
    expect(released.orders.length).toBeGreaterThan(0);
    expect(released.orders.every((order) => order.eid === eid && order.state === ProfileOrderState.RELEASED)).toBe(
      true,
    );
  });
});
