import { randomBytes, randomUUID } from 'node:crypto';
import { ErrorReason } from '@tegata/rsp';
import { eid } from '@tegata/x509/testing';
import { tellOperator } from '../es2plus/download-progress.ts';
import { listNotifications } from '../profile-orders/read-orders.ts';
import { codesOf, Downloads, otherEid } from '../testing/downloads.ts';
import { endOrder } from './end-order.ts';

describe.each([
  { servedBy: 'one process', remembers: true },
  { servedBy: 'another replica', remembers: false },
])('results of installations, taken by $servedBy', ({ remembers }) => {
  let downloads: Downloads;
  const told: { point: number; status: string }[] = [];
  let operatorListens = true;
  beforeAll(async () => {
    downloads = await Downloads.create(remembers, {
      operatorBackEnd: {
        async handleDownloadProgressInfo({ notificationPointId, notificationPointStatus }) {
          if (!operatorListens) throw new Error('not now');
          told.push({ point: notificationPointId, status: notificationPointStatus.status });
        },
      },
    });
  });
  afterAll(() => downloads.close());

  it('take an order from release to installation, once', async () => {
    const iccid = await downloads.prepare();
    const offer = await downloads.begin(downloads.euicc, `M-${iccid}`);
    expect(await downloads.profile(iccid)).toMatchObject({ state: 'RELEASED', eid, downloadTriesLeft: 9 });
    await downloads.deliver(offer);
    expect(await downloads.profile(iccid)).toMatchObject({ state: 'DOWNLOADED' });
    const result = downloads.resultOf(offer, iccid);
    await downloads.report(result);
    await downloads.report(result);
    expect(await downloads.profile(iccid)).toMatchObject({ state: 'INSTALLED', boundOtpk: null });
    expect(await downloads.test.context.prisma.notification.count({ where: { iccid } })).toBe(1);
    expect(
      await downloads.test.context.prisma.downloadProgress.findMany({ where: { iccid }, orderBy: { id: 'asc' } }),
    ).toMatchObject([{ point: 1 }, { point: 3 }, { point: 4, subjectCode: null }]);
    expect(await codesOf(downloads.begin(downloads.euicc, `M-${iccid}`))).toBe('8.2.6/3.8');
  });

  it('leave the order open after a failure that passes, and end it after another', async () => {
    const iccid = await downloads.prepare();
    const interrupted = await downloads.begin(downloads.euicc, `M-${iccid}`);
    await downloads.deliver(interrupted);
    await downloads.report(downloads.resultOf(interrupted, iccid, ErrorReason.installFailedDueToInterruption));
    expect(await downloads.profile(iccid)).toMatchObject({ state: 'DOWNLOADED' });
    const failed = await downloads.begin(downloads.euicc, `M-${iccid}`);
    await downloads.deliver(failed);
    await downloads.report(downloads.resultOf(failed, iccid, ErrorReason.installFailedDueToPEProcessingError));
    expect(await downloads.profile(iccid)).toMatchObject({ state: 'ERROR', errorReason: 'INSTALLATION_FAILED' });
  });

  /** The contract of an order, with its applicant. */
  async function contractOf(iccid: string): Promise<() => Promise<unknown>> {
    const { prisma } = downloads.test.context;
    const [id, octets, now] = [randomUUID(), new Uint8Array(randomBytes(32)), new Date()];
    const row = { id, applicationId: octets, applicant: octets, createdAt: now, updatedAt: now, expiresAt: now };
    await prisma.contract.create({ data: { ...row, state: 'PROFILE_READY' } });
    await prisma.profile.update({ where: { iccid }, data: { contractId: id } });
    return async () => {
      const { state, applicant } = await prisma.contract.findUniqueOrThrow({ where: { id } });
      return [state, applicant !== null];
    };
  }

  it('end the contract, whose applicant is kept where there is a profile, and otherwise erased', async () => {
    const ends = [undefined, ErrorReason.installFailedDueToPEProcessingError];
    const shown = [];
    for (const errorReason of ends) {
      const iccid = await downloads.prepare();
      const contract = await contractOf(iccid);
      const offer = await downloads.begin(downloads.euicc, `M-${iccid}`);
      await downloads.deliver(offer);
      await downloads.report(downloads.resultOf(offer, iccid, errorReason));
      shown.push(await contract());
    }
    const iccid = await downloads.prepare();
    const contract = await contractOf(iccid);
    await downloads.test.context.prisma.profile.update({ where: { iccid }, data: { downloadTriesLeft: 0 } });
    await endOrder(downloads.test.context, iccid, 'exhaustDownloads');
    shown.push(await contract());
    expect(shown).toEqual([
      ['INSTALLED', true],
      ['REFUSED', false],
      ['REFUSED', false],
    ]);
  });

  it('change nothing by a result that another eUICC signed', async () => {
    const iccid = await downloads.prepare();
    const offer = await downloads.begin(downloads.euicc, `M-${iccid}`);
    await downloads.deliver(offer);
    await downloads.report(downloads.resultOf({ ...offer, euicc: downloads.other }, iccid));
    expect(await downloads.profile(iccid)).toMatchObject({ state: 'DOWNLOADED' });
    expect(await downloads.test.context.prisma.notification.count({ where: { iccid } })).toBe(0);
  });

  it('are listed newest first, page by page, however many there are', async () => {
    const { context } = downloads.test;
    const listed = { eid: otherEid, event: 'install', iccid: '8981001', octets: new Uint8Array(), outcome: 'ok' };
    for (let number = 1; number <= 12; number++) {
      await context.prisma.notification.create({ data: { ...listed, seqNumber: number, digest: new Uint8Array(1) } });
    }
    const found: number[] = [];
    let pageToken = '';
    do {
      const page = await listNotifications(context, { pageSize: 5, pageToken, eid: otherEid, iccid: '' });
      found.push(...page.notifications.map(({ seqNumber }) => seqNumber));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(found).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('are told to the operator, later where it does not listen, and once', async () => {
    await tellOperator(downloads.test.context);
    told.length = 0;
    operatorListens = false;
    const iccid = await downloads.prepare();
    const offer = await downloads.begin(downloads.euicc, `M-${iccid}`);
    await downloads.deliver(offer);
    await downloads.report(downloads.resultOf(offer, iccid));
    await tellOperator(downloads.test.context);
    expect(told).toEqual([]);
    operatorListens = true;
    await tellOperator(downloads.test.context);
    expect(told).toEqual([]);
    downloads.later(60_000);
    await tellOperator(downloads.test.context);
    await tellOperator(downloads.test.context);
    expect(told).toEqual([
      { point: 1, status: 'Executed-Success' },
      { point: 3, status: 'Executed-Success' },
      { point: 4, status: 'Executed-Success' },
    ]);
  });
});
