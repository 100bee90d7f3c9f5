import { owners } from '@tegata/relay/testing';
import { rawClient } from '@tegata/rsp-http/testing';
import { issueTlsClient } from '@tegata/x509/testing';
import fc from 'fast-check';
import { hostileMembers } from '../simulated/hostile-members.ts';
import { shownBy } from '../simulated/tls-client.ts';
import { TeSmDs } from './te-sm-ds.ts';

const header = { functionRequesterIdentifier: '2.999.10', functionCallIdentifier: 'TX-1' };
const eid = '89049032123451234512345678901235';

/** Requests that are well formed, whatever they are answered. */
const requests: Readonly<Record<string, object>> = {
  'es12/registerEvent': {
    header,
    eid,
    eventId: 'E',
    rspServerAddress: owners[0].address,
    forwardingIndicator: true,
  },
  'es12/deleteEvent': { header, eid, eventId: 'E' },
  'es11/initiateAuthentication': {
    euiccChallenge: 'AAAAAAAAAAAAAAAAAAAAAA==',
    euiccInfo1: 'vyAA',
    smdpAddress: 'a',
  },
  'es11/authenticateClient': { transactionId: 'AB', authenticateServerResponse: 'vzgA' },
};

/** ES11 and ES12 over HTTPS, with a real Postgres behind them. */
describe('members that nobody should write to an SM-DS', () => {
  let te: TeSmDs;
  let clients: Readonly<Record<'es11' | 'es12', ReturnType<typeof rawClient>>>;

  beforeAll(async () => {
    let shown: Awaited<ReturnType<typeof issueTlsClient>> | undefined;
    te = await TeSmDs.start({
      forwards: true,
      async further(ci) {
        shown = await issueTlsClient('DPtls', ci);
        return [shown.certificate];
      },
    });
    if (shown === undefined) throw new Error('no certificate was issued');
    const tls = { ca: te.roots, servername: te.address };
    clients = {
      es11: rawClient(te.listener('lpa'), 'h2', tls),
      es12: rawClient(te.listener('es12'), 'h2', { ...tls, ...shownBy(shown) }),
    };
  });
  afterAll(async () => {
    for (const each of Object.values(clients)) each.close();
    await te.close();
  });

  test.each(Object.entries(requests))(
    '%s: are refused as what they are, never as a fault of the server',
    async (path, good) => {
      const client = clients[path.startsWith('es12') ? 'es12' : 'es11'];
      await fc.assert(
        fc.asyncProperty(hostileMembers(Object.keys(good)), async (members) => {
          const { status, body } = await client.send({
            path: `/gsma/rsp2/${path}`,
            body: JSON.stringify({ ...good, ...members }),
          });
          expect(status).toBe(200);
          expect(JSON.parse(body).header.functionExecutionStatus.statusCodeData?.reasonCode).not.toBe('4.2');
        }),
        { numRuns: 80 },
      );
    },
  );

  test.each(['eventId', 'rspServerAddress'])('NUL in %s is malformed', async (name) => {
    const path = 'es12/registerEvent';
    const body = JSON.stringify({ ...requests[path], [name]: `${owners[0].address}\0` });
    const answer = await clients.es12.send({ path: `/gsma/rsp2/${path}`, body });
    const { statusCodeData } = JSON.parse(answer.body).header.functionExecutionStatus;
    expect(statusCodeData).toMatchObject({
      subjectCode: '1.6',
      reasonCode: '2.1',
      message: expect.stringContaining(name),
    });
  });
});
