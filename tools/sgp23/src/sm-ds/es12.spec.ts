import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@tegata/database/testing';
import { freePorts, loopback, programOf, ServerProcess } from '@tegata/network';
import { ensurePki, loadTerminalTrust } from '@tegata/pki';
import { connectRsp, es12, type RspClient, type RspConnection } from '@tegata/rsp-http';

const address = 'smds.tegata.example';
const carriers = [
  { name: 'aozora', organisation: 'Aozora Mobile', oid: '2.999.10', address: 'rsp.aozora.example' },
  { name: 'minato', organisation: 'Minato Telecom', oid: '2.999.11', address: 'rsp.minato.example' },
] as const;
const eid = '89049032123451234512345678901235';

/** SGP.23 section 4.5, ES12, over HTTPS with mutual TLS. */
describe('TC_SM_DS_ES12', () => {
  let folder: string;
  let database: TestDatabase;
  let smDs: ServerProcess;
  const connections: RspConnection[] = [];
  const clients: RspClient<typeof es12>[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tegata-sgp23-'));
    const plan = {
      eum: { organisation: 'Tegata EUM', iin: '89049032' },
      carriers,
      relay: { organisation: 'Tegata', oid: '2.999.15', address },
      authentication: { organisation: 'Tegata Identity' },
      operators: ['relay'],
    };
    await ensurePki(folder, plan, { random: randomBytes, at: new Date() });
    database = await createTestDatabase();
    const ports = (await freePorts(['relay'])).relay;
    const certificateOf = (name: string) => join(folder, 'rsp', name, 'dp-tls/certificate.pem');
    const env = {
      TEGATA_RELAY_MODE: 'sm-ds',
      TEGATA_PKI: folder,
      TEGATA_ADDRESS: address,
      TEGATA_PUBLIC_LISTENER: loopback(ports?.public),
      TEGATA_SERVICE_LISTENER: loopback(ports?.service),
      TEGATA_EVENT_OWNERS: JSON.stringify(carriers.map((each) => ({ ...each, owner: `management/${each.name}` }))),
      TEGATA_HTTPS_LISTENERS: JSON.stringify([
        {
          address: loopback(ports?.httpsMutual),
          serves: ['es12'],
          clients: carriers.map(({ name }) => ({ caller: `management/${name}`, certificate: certificateOf(name) })),
        },
      ]),
      DATABASE_URL: database.url,
    };
    smDs = await ServerProcess.start('relay', programOf('relay'), env, join(folder, 'relay.log'));
    const { tlsRoots } = await loadTerminalTrust(folder);
    for (const { name, oid } of carriers) {
      const connection = connectRsp({
        address,
        connectTo: loopback(ports?.httpsMutual),
        roots: tlsRoots,
        requester: oid,
        identity: {
          certificateChain: await readFile(certificateOf(name)),
          privateKey: await readFile(join(folder, 'rsp', name, 'dp-tls/key.pem')),
        },
      });
      connections.push(connection);
      clients.push(connection.client(es12));
    }
  });
  afterAll(async () => {
    for (const connection of connections) connection.close();
    await smDs?.stop();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const statusOf = (work: Promise<object> | undefined): Promise<string> =>
    Promise.resolve(work).then(
      () => 'Executed-Success',
      ({ metadata }: { metadata: Record<string, string> }) => `${metadata.subjectCode}/${metadata.reasonCode}`,
    );
  const register = (eventId: string, by: 0 | 1 = 0) =>
    statusOf(
      clients[by]?.registerEvent({ eid, eventId, rspServerAddress: carriers[by].address, forwardingIndicator: false }),
    );
  const remove = (eventId: string, by: 0 | 1 = 0) => statusOf(clients[by]?.deleteEvent({ eid, eventId }));

  test('TC_SM_DS_ES12.RegisterEvent: nominal', async () => {
    expect(await register('NOMINAL')).toBe('Executed-Success');
  });

  test('TC_SM_DS_ES12.RegisterEvent: an EventID that is registered already', async () => {
    expect(await register('TWICE')).toBe('Executed-Success');
    expect(await register('TWICE')).toBe('8.9.5/3.3');
    expect(await register('TWICE', 1)).toBe('Executed-Success');
  });

  test('TC_SM_DS_ES12.DeleteEvent: nominal', async () => {
    await register('DELETED');
    expect(await remove('DELETED')).toBe('Executed-Success');
    expect(await register('DELETED')).toBe('Executed-Success');
  });

  test('TC_SM_DS_ES12.DeleteEvent: an unknown EventID', async () => {
    expect(await remove('UNKNOWN')).toBe('8.9.5/3.9');
  });

  test('TC_SM_DS_ES12.DeleteEvent: an event of another SM-DP+', async () => {
    await register('OWNED');
    expect(await remove('OWNED', 1)).toBe('8.9.5/3.9');
    expect(await remove('OWNED')).toBe('Executed-Success');
  });
});
