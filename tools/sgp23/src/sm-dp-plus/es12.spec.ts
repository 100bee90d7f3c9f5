import { connectSmDs, settleEvents, tlsIdentityUnder } from '@tegata/management/testing';
import type { TlsIdentity } from '@tegata/pki';
import { startHttpsServer } from '@tegata/rsp-http/testing';
import { certificatePem, oids, parseCertificatePem } from '@tegata/x509';
import { negativeTlsServers, newTestCi, type TestCi } from '@tegata/x509/testing';
import { tlsServer } from '../simulated/tls-server.ts';
import { TeSmDs } from '../sm-ds/te-sm-ds.ts';
import { TeSmDpPlus } from './te-sm-dp-plus.ts';

const clientAndServer = { extendedKeyUsage: [oids.serverAuth, oids.clientAuth] };
const none = { sets: new Map(), oid: '2.999.21' };

/** ES12 from the side of the SM-DP+: an operator orders over ES2+, and an eUICC finds the event at an SM-DS of others, all over HTTPS. */
describe('an SM-DP+ whose events go to an SM-DS of others', () => {
  let smDs: TeSmDs;
  let te: TeSmDpPlus;
  let dpTls: TlsIdentity;
  /** What the SM-DP+ reaches: put in place by each test. */
  const smDsServers: ReturnType<typeof connectSmDs>['server'][] = [];
  const open: { close(): void | Promise<void> }[] = [];

  beforeAll(async () => {
    smDs = await TeSmDs.start({
      forwards: true,
      async further(ci) {
        dpTls = await tlsIdentityUnder(ci, clientAndServer);
        return parseCertificatePem(String(dpTls.certificateChain));
      },
    });
    te = await TeSmDpPlus.start({ context: { smDsServers } });
  });
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each.close();
    await smDs.smDs.clear();
    await te.test.context.prisma.smdsEvent.deleteMany();
  });
  afterAll(async () => {
    await te.close();
    await smDs.close();
  });

  /** Gives the SM-DP+ the way to the SM-DS that is described by a setting, and what it has to show there. */
  function reaches(
    setting: Partial<Parameters<typeof connectSmDs>[0]> = {},
    keys: Partial<Parameters<typeof connectSmDs>[1]> = {},
  ): void {
    const { server, connection } = connectSmDs(
      { address: smDs.address, connectTo: smDs.listener('es12'), ...setting },
      { ...none, cis: [smDs.ci.certificate], dpTls, ...keys },
    );
    smDsServers.splice(0, 1, server);
    open.push(connection);
  }
  const ordered = () => te.order({ eid: smDs.euicc1.eid, smdsAddress: smDs.address });
  const waiting = () => te.test.context.prisma.smdsEvent.count({ where: { settled: false } });
  /** Until everything is told: a call that took too long on a busy machine is made again, as upkeep does. */
  async function told<T>(work: Promise<T>): Promise<T> {
    const done = await work;
    while ((await waiting()) > 0) {
      te.pass(60 * 60_000);
      await settleEvents(te.test.context);
    }
    return done;
  }

  test('is found by the eUICC from the release of the order until it is cancelled', async () => {
    reaches();
    const { iccid, matchingId } = await told(ordered());
    expect(await smDs.events()).toEqual([`${matchingId}@${te.address}`]);
    await told(te.mno.cancelOrder({ iccid, eid: '', matchingId: '', finalProfileStatusIndicator: 1 }));
    expect(await smDs.events()).toEqual([]);
    expect(await te.test.context.prisma.smdsEvent.count()).toBe(0);
  });

  test('asks an alternative SM-DS to forward events where it is told to', async () => {
    for (const [forwardingIndicator, forwarded] of [
      [false, 0],
      [true, 1],
    ] as const) {
      reaches({ forwardingIndicator });
      await told(ordered());
      expect(await smDs.smDs.context.prisma.forwarding.count()).toBe(forwarded);
    }
  });

  test('uses the CIs and the CERT.DPtls of a set towards an SM-DS under another CI', async () => {
    const ci = await newTestCi();
    const own = { cis: [ci.certificate], dpTls: await tlsIdentityUnder(ci, clientAndServer) };
    const theirs = { cis: [smDs.ci.certificate], credentials: [], tls: dpTls };
    const sets = new Map([['theirs', theirs]]);
    reaches({ credentials: 'theirs' }, { ...own, sets });
    await told(ordered());
    expect(await smDs.events()).toHaveLength(1);
    reaches({}, { ...own, sets });
    await ordered();
    expect([await waiting(), await smDs.events()]).toEqual([1, [expect.anything()]]);
  });

  test('keeps what an SM-DS that has not pinned it does not take, and the order is as good as any', async () => {
    reaches({}, { dpTls: await tlsIdentityUnder(smDs.ci, clientAndServer) });
    const { iccid } = await ordered();
    expect([await te.stateOf(iccid), await waiting(), await smDs.events()]).toEqual(['RELEASED', 1, []]);
  });

  test('repeats what it told when the answer does not come, and it is there once', async () => {
    reaches();
    const { matchingId } = await told(ordered());
    // As if the process had died between the answer and its record.
    await te.test.context.prisma.smdsEvent.updateMany({ data: { settled: false, dueAt: new Date(0) } });
    await told(settleEvents(te.test.context));
    expect([await waiting(), await smDs.events()]).toEqual([0, [`${matchingId}@${te.address}`]]);
  });

  test.each(negativeTlsServers('DStls'))(
    'tells nothing to a server with a certificate $fault',
    async ({ issue, answer }) => {
      const ci = await newTestCi();
      const server = await startHttpsServer(tlsServer(await issue(ci, smDs.address)), () => ({
        status: 200,
        body: {},
      }));
      open.push({ close: () => server.stop() });
      reaches({ connectTo: server.address }, { cis: [ci.certificate] });
      const [way] = smDsServers;
      const event = { eid: smDs.euicc1.eid, rspServerAddress: te.address, eventId: 'E', forwardingIndicator: false };
      await expect(way?.es12.registerEvent(event)).rejects.toMatchObject({ reason: answer });
      expect(server.seen).toEqual([]);
    },
  );

  test('tells nothing to a server that is no SM-DS, whoever certified it', async () => {
    const identity = await namedAs(smDs.address, smDs.ci);
    const server = await startHttpsServer(
      identity,
      () => ({ status: 200, body: {} }),
      certificatePem(smDs.ci.certificate),
    );
    open.push({ close: () => server.stop() });
    reaches({ connectTo: server.address });
    await ordered();
    expect([await waiting(), server.seen]).toEqual([1, []]);
  });
});

/** The certificate of an SM-DP+ with the name of somebody else. */
const namedAs = (name: string, ci: TestCi): Promise<TlsIdentity> =>
  tlsIdentityUnder(ci, { subjectAltName: { dnsNames: [name] } });
