import { join } from 'node:path';
import {
  connectRootSmDs,
  type Deployment,
  forwardEvents,
  makeSmDs,
  owners,
  type ServedSmDs,
  serveSmDs,
  smDsAddress,
  type TestSmDs,
} from '@tegata/relay/testing';
import { fingerprintOf } from '@tegata/rsp-http';
import { startHttpsServer } from '@tegata/rsp-http/testing';
import { negativeTlsServers, newTestCi } from '@tegata/x509/testing';
import { statusOf } from '../simulated/function-status.ts';
import { tlsServer } from '../simulated/tls-server.ts';
import { TeSmDs } from './te-sm-ds.ts';

const alternativeAddress = 'smds.alternative.example';

/** SGP.23 section 4.5, ES15. */
describe('TC_SM_DS_ES15', () => {
  let te: TeSmDs;
  beforeAll(async () => {
    te = await TeSmDs.start();
  });
  beforeEach(() => te.smDs.clear());
  afterAll(() => te.close());

  const event = (eventId: string, rspServerAddress = alternativeAddress) => ({
    eid: te.euicc1.eid,
    eventId,
    rspServerAddress,
    forwardingIndicator: false,
  });
  const register = (eventId: string, address?: string) => statusOf(te.es15.registerEvent(event(eventId, address)));
  const remove = (eventId: string) => statusOf(te.es15.deleteEvent({ eid: te.euicc1.eid, eventId }));

  test('TC_SM_DS_ES15.RegisterEvent: nominal, the eUICC is told of the alternative SM-DS', async () => {
    expect(await register('FORWARDED')).toBe('Executed-Success');
    expect(await te.events()).toEqual([`FORWARDED@${alternativeAddress}`]);
  });
  test('TC_SM_DS_ES15.RegisterEvent: an EventID that is registered already', async () => {
    await register('TWICE');
    expect(await register('TWICE')).toBe('8.9.5/3.3');
  });
  test('TC_SM_DS_ES15.RegisterEvent: the address of somebody else', async () => {
    expect(await register('STOLEN', owners[0].address)).toBe('1.1/1.2');
    expect(await te.events()).toEqual([]);
  });
  test('TC_SM_DS_ES15.DeleteEvent: nominal', async () => {
    await register('DELETED');
    expect(await remove('DELETED')).toBe('Executed-Success');
    expect(await te.events()).toEqual([]);
  });
  test('TC_SM_DS_ES15.DeleteEvent: an event that is unknown, or of an SM-DP+', async () => {
    await te.register('OWNED');
    expect(await remove('UNKNOWN')).toBe('8.9.5/3.9');
    expect(await remove('OWNED')).toBe('8.9.5/3.9');
  });
});

/** The IUT is the alternative SM-DS, whose root SM-DS is another; both over mutual TLS with their CERT.DStls. */
describe('TC_SM_DS_ES15.Cascade', () => {
  let te: TeSmDs;
  let rootDeployment: Deployment;
  let root: TestSmDs;
  let servedRoot: ServedSmDs;
  let toRoot: ReturnType<typeof connectRootSmDs>;

  beforeAll(async () => {
    te = await TeSmDs.start({ forwards: true });
    const { deployment } = te;
    rootDeployment = await deployment.another('smds.root.example', '2.999.15');
    root = await makeSmDs(rootDeployment, {
      env: { TEGATA_ADDRESS: 'smds.root.example' },
      eventOwners: [{ address: smDsAddress, owner: 'relay/alternative' }],
    });
    servedRoot = await serveSmDs(root.context, rootDeployment.keys, [
      {
        serves: ['es15'],
        clientRoots: join(deployment.folder, 'rsp/ci/certificate.pem'),
        clients: [
          {
            caller: { role: 'relay', name: 'alternative' },
            sha256: fingerprintOf(deployment.keys.dsTls.certificateChain),
          },
        ],
      },
    ]);
    toRoot = connectRootSmDs(
      { address: 'smds.root.example', connectTo: servedRoot.addresses[0] ?? '' },
      deployment.keys,
      smDsAddress,
    );
  });
  afterAll(async () => {
    toRoot.close();
    await servedRoot.stop();
    await root.drop();
    await rootDeployment.remove();
    await te.close();
  });

  const atRoot = () => root.context.prisma.event.findMany({ select: { eid: true, rspServerAddress: true } });

  test('TC_SM_DS_ES15.Cascade: an event is registered at the root SM-DS, leads back, and is deleted there', async () => {
    const [smdp] = te.es12;
    const { eid } = te.euicc1;
    const registration = { eid, eventId: 'CASCADE', rspServerAddress: owners[0].address, forwardingIndicator: true };
    await smdp.registerEvent(registration);
    await forwardEvents(te.smDs.context, toRoot);
    expect(await atRoot()).toEqual([{ eid, rspServerAddress: smDsAddress }]);
    const [{ eventId: rootEventId } = { eventId: '' }] = await root.context.prisma.event.findMany();
    expect(await te.events({ matchingId: rootEventId })).toEqual([`CASCADE@${owners[0].address}`]);
    await smdp.deleteEvent({ eid, eventId: 'CASCADE' });
    await forwardEvents(te.smDs.context, toRoot);
    expect(await atRoot()).toEqual([]);
  });

  test.each(negativeTlsServers('DStls'))(
    'tells nothing to a root with a certificate $fault',
    async ({ issue, answer }) => {
      const ci = await newTestCi();
      const address = 'smds.root.example';
      const server = await startHttpsServer(tlsServer(await issue(ci, address)), () => ({ status: 200, body: {} }));
      const keys = { ...te.deployment.keys, cis: [ci.certificate] };
      const way = connectRootSmDs({ address, connectTo: server.address }, keys, smDsAddress);
      const event = { eid: te.euicc1.eid, rspServerAddress: smDsAddress, eventId: 'E', forwardingIndicator: false };
      await expect(way.functions.registerEvent(event)).rejects.toMatchObject({ reason: answer });
      expect(server.seen).toEqual([]);
      way.close();
      await server.stop();
    },
  );
});
