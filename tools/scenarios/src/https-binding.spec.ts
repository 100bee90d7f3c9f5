import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProfileOrdersService, type ProfileRow } from '@tegata/contracts/management-v1';
import { Euicc } from '@tegata/euicc';
import {
  type Device,
  deliverNotifications,
  downloadProfile,
  enableProfile,
  listProfiles,
  retrieveEvents,
} from '@tegata/lpa';
import { loopback } from '@tegata/network';
import { loadEum, manufactureEuicc } from '@tegata/pki';
import { connectRsp, es2plus, es9plus, es11UnderEs9plus, es12, type RspConnection } from '@tegata/rsp-http';
import type { TlsIdentity } from '@tegata/service-kit';
import { TestNetwork } from './testing/test-network.ts';

const row: ProfileRow = {
  rowKey: 'https-1',
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
const device: Device = {
  tac: Uint8Array.of(0x35, 0x29, 0x06, 0x11),
  deviceCapabilities: { eutranSupportedRelease: '15.0.0' },
};

/** An operator's back end, an LPA and an SM-DP+ of others, which know nothing of gRPC. */
describe.each(['http/1.1', 'h2'] as const)('over HTTPS/JSON and %s', (protocol) => {
  let network: TestNetwork;
  let folder: string;
  let euicc: Euicc;
  const connections: RspConnection[] = [];

  beforeAll(async () => {
    network = await TestNetwork.start();
    folder = await mkdtemp(join(tmpdir(), 'tegata-https-'));
    const made = await manufactureEuicc(await loadEum(network.pki), { random: randomBytes, at: new Date() });
    const { eid, ciCertificates, privateKey, euiccCertificate, eumCertificate } = made;
    const credentials = [{ privateKey, euiccCertificate, eumCertificate }];
    const material = { eid, ciCertificates, credentials, rootDsAddress: network.topology.relayAddress };
    euicc = await Euicc.manufacture(material, { directory: join(folder, 'euicc') });
  }, 180_000);

  afterAll(async () => {
    for (const each of connections) each.close();
    await euicc?.close();
    await network?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const identityAt = async (path: string): Promise<TlsIdentity> => ({
    certificateChain: await readFile(join(network.pki, path, 'certificate.pem'), 'utf8'),
    privateKey: await readFile(join(network.pki, path, 'key.pem'), 'utf8'),
  });
  const addressOf = (server: string) =>
    network.topology.carriers.find(({ name }) => `management/${name}` === server)?.address ??
    network.topology.relayAddress;
  const connection = (server: string, identity?: TlsIdentity): RspConnection => {
    const ports = network.topology.ports[server];
    const made = connectRsp({
      address: addressOf(server),
      connectTo: loopback(identity ? ports?.httpsMutual : ports?.https),
      roots: network.trust.tlsRoots,
      protocol,
      requester: '2.999.21',
      ...(identity && { identity }),
    });
    connections.push(made);
    return made;
  };

  it('an operator orders, an LPA finds the event, downloads, and notifies', async () => {
    const stock = (await network.asOperator('management/aozora')).client(ProfileOrdersService);
    for await (const { outcome } of stock.importProfiles([{ item: { $case: 'row', value: row } }])) {
      expect(outcome?.$case).toBe('profile');
    }
    const orders = connection('management/aozora', await identityAt('service/operator-aozora')).client(es2plus);
    const { eid } = euicc;
    const { iccid } = await orders.downloadOrder({
      eid,
      profile: { $case: 'profileType', value: 'tegata-usim' },
      expectedProfileType: '',
    });
    const order = { iccid, eid: '', matchingId: '', confirmationCode: '', defaultOrder: false };
    const smdsAddress = network.topology.relayAddress;
    const { matchingId } = await orders.confirmOrder({ ...order, smdsAddress, releaseFlag: true });

    const { es10b, es10c } = euicc;
    const relay = connection('relay');
    const find = () => retrieveEvents({ es10b, es11: relay.client(es11UnderEs9plus), device }, smdsAddress);
    const { events } = await find();
    expect(events).toEqual([{ eventId: expect.any(String), rspServerAddress: addressOf('management/aozora') }]);
    // Through the relay, whose listener has ES11 under the same path.
    const es9Plus = relay.client(es9plus);
    const what = { smdpAddress: events[0]?.rspServerAddress ?? '', matchingId };
    const installed = await downloadProfile({ es10b, es10c, es9Plus, device }, what, {
      consent: async () => 'install',
    });
    expect(installed.iccid).toBe(iccid);
    await enableProfile(es10c, iccid);
    expect(await listProfiles(es10c)).toMatchObject([{ iccid, profileState: 1 }]);
    const direct = connection('management/aozora').client(es9plus);
    const once = { tries: 1, waitBeforeRetry: async () => {}, mayPass: () => false };
    const deliveries = await deliverNotifications({ es10b, serverFor: () => direct }, once);
    expect(deliveries.every(({ delivered }) => delivered)).toBe(true);
    const { order: after } = await stock.getOrder({ name: { $case: 'iccid', value: iccid } });
    expect(after).toMatchObject({ iccid, eid });
    expect((await find()).events).toEqual([]);
    expect(await network.callsOf('management/aozora', 'ConfirmOrder')).toBe(1);
    await expect(orders.releaseProfile({ iccid })).rejects.toMatchObject({
      domain: 'rsp.gsma.com',
      metadata: { subjectCode: '8.2.1' },
    });
  });

  it('an SM-DP+ registers and deletes its events, and nobody else does', async () => {
    const event = { eid: euicc.eid, eventId: 'E1', rspServerAddress: addressOf('management/minato') };
    const own = connection('relay', await identityAt('rsp/minato/dp-tls')).client(es12);
    const registration = { ...event, forwardingIndicator: false };
    const context = { requestId: 'call-1', deadline: undefined, signal: new AbortController().signal };
    await own.registerEvent(registration, { context });
    await own.registerEvent(registration, { context });
    await expect(own.registerEvent(registration)).rejects.toMatchObject({
      metadata: { subjectCode: '8.9.5', reasonCode: '3.3' },
    });
    const other = connection('relay', await identityAt('rsp/aozora/dp-tls')).client(es12);
    await expect(other.deleteEvent(event)).rejects.toMatchObject({
      metadata: { subjectCode: '8.9.5', reasonCode: '3.9' },
    });
    await expect(other.registerEvent({ ...event, eventId: 'E2', forwardingIndicator: false })).rejects.toThrow();
    const unpinned = connection('relay', await identityAt('service/operator-minato')).client(es12);
    await expect(unpinned.deleteEvent(event)).rejects.toMatchObject({ reason: 'SERVER_UNREACHABLE' });
    await own.deleteEvent(event);
  });

  it('an SM-DP+ or SM-DS refuses an address that is not its own', async () => {
    const { es10b } = euicc;
    const begin = async (server: string, smdpAddress: string) => {
      const [euiccInfo1, euiccChallenge] = [await es10b.getEuiccInfo1(), await es10b.getEuiccChallenge()];
      const request = { euiccInfo1: Buffer.from(euiccInfo1), euiccChallenge: Buffer.from(euiccChallenge), smdpAddress };
      return connection(server).client(es9plus).initiateAuthentication(request);
    };
    for (const server of ['management/aozora', 'relay']) {
      await expect(begin(server, 'nobody.example.com')).rejects.toMatchObject({
        metadata: { subjectCode: '8.8.1', reasonCode: '3.8' },
      });
    }
    const own = await begin('relay', network.topology.relayAddress.toUpperCase());
    expect(own.transactionId).toHaveLength(16);
  });
});
