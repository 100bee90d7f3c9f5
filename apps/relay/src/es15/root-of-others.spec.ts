import { randomBytes } from 'node:crypto';
import {
  importMaterial,
  issueServerCertificates,
  loadSmDsKeys,
  type ManufacturedEuicc,
  type SmDsKeys,
} from '@tegata/pki';
import { type GivenAnswer, startHttpsServer } from '@tegata/rsp-http/testing';
import { certificatePem } from '@tegata/x509';
import { issueTlsServer, newTestCi } from '@tegata/x509/testing';
import { deleteEvent } from '../es12/delete-event.ts';
import { registerEvent } from '../es12/register-event.ts';
import { Deployment, smDsAddress } from '../testing/deployment.ts';
import { makeSmDs, owners, type TestSmDs } from '../testing/sm-ds.ts';
import { forwardEvents } from './forward-events.ts';
import { connectRootSmDs } from './root-sm-ds.ts';

const [aozora] = owners;
const rootAddress = 'root.theirs.example';
/** What this SM-DS is called under their CI. */
const theirName = { address: 'smds.theirs.example', oid: '2.999.15' };
const answerWith = (functionExecutionStatus: object): GivenAnswer => ({
  status: 200,
  body: { header: { functionExecutionStatus } },
});

/** The root is a TLS server under a CI of its own, which takes nobody without a certificate of that CI. */
describe('an alternative SM-DS whose root SM-DS is run by others', () => {
  let deployment: Deployment;
  let keys: SmDsKeys;
  let euicc: ManufacturedEuicc;
  let own: TestSmDs;
  let root: Awaited<ReturnType<typeof startHttpsServer>>;
  let answers: GivenAnswer[];

  beforeAll(async () => {
    deployment = await Deployment.make();
    euicc = await deployment.euicc();
    const ci = await newTestCi();
    const pem = certificatePem(ci.certificate);
    const ciKey = ci.key.privateKey.export({ format: 'pem', type: 'pkcs8' });
    const [set, at] = ['theirs', new Date()];
    await importMaterial(deployment.folder, { set, at, files: [{ name: 'ci.pem', octets: Buffer.from(pem + ciKey) }] });
    await issueServerCertificates(deployment.folder, {
      ...theirName,
      set,
      at,
      server: 'relay',
      roles: ['DSauth', 'DStls'],
      days: 30,
      random: randomBytes,
    });
    keys = await loadSmDsKeys(deployment.folder);
    own = await makeSmDs(deployment, { rootSmDs: { wake: () => undefined } });
    const shown = await issueTlsServer('DStls', ci, rootAddress);
    const identity = {
      certificateChain: shown.certificates.map(certificatePem).join(''),
      privateKey: String(shown.key.privateKey.export({ format: 'pem', type: 'pkcs8' })),
    };
    root = await startHttpsServer(identity, () => answers.shift() ?? answerWith({ status: 'Executed-Success' }), pem);
  });
  beforeEach(async () => {
    answers = [];
    await own.clear();
  });
  afterAll(async () => {
    await root.stop();
    await own.drop();
    await deployment.remove();
  });

  const register = () => {
    const event = { eid: euicc.eid, eventId: 'A', rspServerAddress: aozora.address, forwardingIndicator: true };
    return registerEvent(own.context, event, aozora.owner);
  };
  /** Tells a root that is set so; what it has seen since. */
  async function forward(credentials?: string) {
    const before = root.seen.length;
    const setting = { address: rootAddress, connectTo: root.address, ...(credentials && { credentials }) };
    const way = connectRootSmDs(setting, keys, smDsAddress);
    const carriedOut = await forwardEvents(own.context, way).finally(() => way.close());
    return {
      carriedOut,
      seen: root.seen.slice(before).map(({ url, client, body }) => ({ url, client, ...JSON.parse(body) })),
    };
  }

  it('tells it of events under the certificate of its set, and leads LPAs to its address there', async () => {
    await register();
    const registered = await forward('theirs');
    expect(registered).toEqual({
      carriedOut: 1,
      seen: [
        {
          url: '/gsma/rsp2/es15/registerEvent',
          client: theirName.address,
          header: { functionRequesterIdentifier: theirName.oid, functionCallIdentifier: expect.any(String) },
          eid: euicc.eid,
          rspServerAddress: theirName.address,
          eventId: expect.stringMatching(/^[0-9A-F]{32}$/),
          forwardingIndicator: false,
        },
      ],
    });
    await deleteEvent(own.context, { eid: euicc.eid, eventId: 'A' }, aozora.owner);
    const { eid, eventId } = registered.seen[0] ?? {};
    expect(await forward('theirs')).toMatchObject({
      carriedOut: 1,
      seen: [{ url: '/gsma/rsp2/es15/deleteEvent', eid, eventId }],
    });
  });

  it('tells it again what it has refused, with codes or without', async () => {
    await register();
    answers = [
      answerWith({ status: 'Failed' }),
      answerWith({ status: 'Failed', statusCodeData: { subjectCode: '8.9', reasonCode: '4.2' } }),
    ];
    for (const _refused of answers.slice()) {
      expect(await forward('theirs')).toMatchObject({ carriedOut: 0, seen: [{ eid: euicc.eid }] });
      own.pass(60_000);
    }
    expect(await forward('theirs')).toMatchObject({ carriedOut: 1, seen: [{ eid: euicc.eid }] });
  });

  it('does not reach it under its own CI, and knows no set that the PKI has not', async () => {
    await register();
    expect(await forward()).toEqual({ carriedOut: 0, seen: [] });
    expect(() => connectRootSmDs({ address: rootAddress, credentials: 'none' }, keys, smDsAddress)).toThrow(
      'the PKI has no set none',
    );
  });
});
