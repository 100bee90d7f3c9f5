import { type RefusalName, RspRefusal, refusalNames, refusals } from '@tegata/rsp';
import { refusal } from '@tegata/service-kit';
import fc from 'fast-check';
import { type RawAnswer, type RawProtocol, rawClient } from '../testing/raw-client.ts';
import {
  requestHeader,
  type SampleServer,
  sampleRequests,
  startSampleServer,
  tlsOf,
} from '../testing/sample-server.ts';

const success = { functionExecutionStatus: { status: 'Executed-Success' } };
const requests: Readonly<Record<string, Readonly<Record<string, unknown>>>> = sampleRequests;

/** Members of the answer beside the header; null for 204. */
const answers: Readonly<Record<keyof typeof sampleRequests, object | null>> = {
  'es9plus/initiateAuthentication': {
    transactionId: '00ABCD',
    serverSigned1: sampleRequests['es9plus/initiateAuthentication'].euiccChallenge,
    serverSignature1: 'vyAA',
    euiccCiPKIdToBeUsed: 'BAH/',
    serverCertificate: 'MAA=',
  },
  'es9plus/authenticateClient': {
    transactionId: '00ABCD',
    profileMetadata: 'vzgA',
    smdpSigned2: 'MAE=',
    smdpSignature2: 'Xzc=',
    smdpCertificate: 'MAI=',
  },
  'es9plus/getBoundProfilePackage': { transactionId: 'AB', boundProfilePackage: 'vyEA' },
  'es9plus/handleNotification': null,
  'es9plus/cancelSession': {},
  'es11/initiateAuthentication': {
    transactionId: '11',
    serverSigned1: sampleRequests['es11/initiateAuthentication'].euiccChallenge,
    serverSignature1: 'Xzc=',
    euiccCiPKIdToBeUsed: 'BAA=',
    serverCertificate: 'MAA=',
  },
  'es11/authenticateClient': {
    transactionId: '11',
    eventEntries: [{ eventId: 'E1', rspServerAddress: 'smdp.example.com' }],
  },
  'es2plus/downloadOrder': { iccid: '8981001000000000010' },
  'es2plus/confirmOrder': { matchingId: 'M1', smdpAddress: 'smdp.example.com' },
  'es2plus/cancelOrder': {},
  'es2plus/releaseProfile': {},
  'es12/registerEvent': {},
  'es12/deleteEvent': {},
};

/** Every function over every version of HTTP and TLS. */
describe.each([
  ['http/1.1', 'TLSv1.2'],
  ['http/1.1', 'TLSv1.3'],
  ['h2', 'TLSv1.2'],
  ['h2', 'TLSv1.3'],
] as const)('a server over %s and %s', (protocol, version) => {
  let sample: SampleServer;
  let clients: Readonly<Record<'lpa' | 'operator' | 'smdp', ReturnType<typeof rawClient>>>;

  beforeAll(async () => {
    sample = await startSampleServer();
    const { addresses } = sample;
    const tls = (client?: Parameters<typeof tlsOf>[1]) => ({
      ...tlsOf(sample, client),
      minVersion: version,
      maxVersion: version,
    });
    clients = {
      lpa: rawClient(addresses.lpa, protocol, tls()),
      operator: rawClient(addresses.mutual, protocol, tls(sample.clients.operator)),
      smdp: rawClient(addresses.mutual, protocol, tls(sample.clients.smdp)),
    };
  });
  afterAll(async () => {
    for (const each of Object.values(clients)) each.close();
    await sample.server.stop();
  });

  const call = (name: string, body: unknown, headers?: Record<string, string>): Promise<RawAnswer> => {
    const client = name.startsWith('es2plus') ? clients.operator : name.startsWith('es12') ? clients.smdp : clients.lpa;
    return client.send({
      path: `/gsma/rsp2/${name}`,
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...(headers && { headers }),
    });
  };
  const withHeader = (name: string, members: object) =>
    /^es(2plus|12)/.test(name) ? { header: requestHeader, ...members } : members;

  it.each(Object.keys(answers) as (keyof typeof answers)[])('answers %s with exactly its members', async (name) => {
    const { status, headers, body } = await call(name, withHeader(name, requests[name] ?? {}));
    const expected = answers[name];
    expect(headers['x-admin-protocol']).toBe('gsma/rsp/v2.2.2');
    if (expected === null) {
      expect([status, body, headers['content-type']]).toEqual([204, '', undefined]);
      return;
    }
    expect([status, JSON.parse(body)]).toEqual([200, { header: success, ...expected }]);
    expect(headers['content-type']).toBe('application/json;charset=UTF-8');
  });

  it('answers ES11 under the path of ES9+ too, by address and by session, whatever the address is called', async () => {
    const { smdpAddress, ...rest } = sampleRequests['es11/initiateAuthentication'];
    for (const address of [{ smdpAddress }, { smdsAddress: smdpAddress }]) {
      for (const path of ['es9plus', 'es11']) {
        const initiate = await call(`${path}/initiateAuthentication`, { ...rest, ...address });
        expect(JSON.parse(initiate.body).transactionId).toBe('11');
      }
    }
    const authenticate = await call('es9plus/authenticateClient', requests['es11/authenticateClient']);
    expect(JSON.parse(authenticate.body)).toEqual({ header: success, ...answers['es11/authenticateClient'] });
  });
});

describe('a refusal', () => {
  let sample: SampleServer;
  const open: ReturnType<typeof rawClient>[] = [];

  beforeEach(async () => {
    sample = await startSampleServer();
  });
  afterEach(async () => {
    for (const each of open.splice(0)) each.close();
    await sample.server.stop();
  });

  const call = async (name: string, body: unknown, more: { protocol?: RawProtocol; headers?: object } = {}) => {
    const operator = name.startsWith('es2plus') || name.startsWith('es12');
    const identity = operator ? sample.clients[name.startsWith('es2plus') ? 'operator' : 'smdp'] : undefined;
    const address = operator ? sample.addresses.mutual : sample.addresses.lpa;
    const client = rawClient(address, more.protocol ?? 'http/1.1', tlsOf(sample, identity));
    open.push(client);
    const headers = { 'content-type': 'application/json', ...more.headers };
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await client.send({ path: `/gsma/rsp2/${name}`, body: text, headers });
    return { status: answer.status, body: answer.body === '' ? undefined : JSON.parse(answer.body) };
  };
  const failed = (subjectCode: string, reasonCode: string, message: unknown = expect.any(String)) => ({
    status: 200,
    body: {
      header: { functionExecutionStatus: { status: 'Failed', statusCodeData: { subjectCode, reasonCode, message } } },
    },
  });
  const cancel = sampleRequests['es9plus/cancelSession'];

  it.each(refusalNames)('%s is 200 with its codes and no other member', async (name: RefusalName) => {
    sample.handlers.es9plus.cancelSession = async () => {
      throw new RspRefusal(name, { cause: new Error('not to be seen') });
    };
    const { subjectCode, reasonCode, message } = refusals[name];
    expect(await call('es9plus/cancelSession', cancel)).toEqual(failed(subjectCode, reasonCode, message));
  });

  it('says what it is about, and that a time has passed', async () => {
    sample.handlers.es9plus.cancelSession = async () => {
      throw new RspRefusal('DOWNLOAD_ORDER_EXPIRED', { subjectIdentifier: 'M1', status: 'Expired' });
    };
    const { body } = await call('es9plus/cancelSession', cancel);
    expect(body.header.functionExecutionStatus).toMatchObject({
      status: 'Expired',
      statusCodeData: { subjectIdentifier: 'M1' },
    });
  });

  it.each(
    Object.entries(requests).flatMap(([name, members]) =>
      Object.keys(members)
        .filter((member) => member !== 'eid' || name.startsWith('es12'))
        .map((member) => [name, member] as const),
    ),
  )('of %s without %s, or with null there, is 1.6/2.2', async (name, member) => {
    const { [member]: _left, ...rest } = requests[name] as Record<string, unknown>;
    const header = /^es(2plus|12)/.test(name) ? { header: requestHeader } : {};
    for (const absent of [rest, { ...rest, [member]: null }]) {
      expect(await call(name, { ...header, ...absent })).toEqual(failed('1.6', '2.2', expect.stringContaining(member)));
    }
    for (const wrong of [7, {}, [], member.startsWith('release') ? 'yes' : true]) {
      if (typeof wrong === 'boolean' && member === 'forwardingIndicator') continue;
      const body = { ...header, ...rest, [member]: wrong };
      expect(await call(name, body)).toEqual(failed('1.6', '2.1', expect.stringContaining(member)));
    }
  });

  it('of a field rule names the member', async () => {
    const body = { ...sampleRequests['es9plus/initiateAuthentication'], euiccChallenge: 'AAAA' };
    expect(await call('es9plus/initiateAuthentication', body)).toEqual(
      failed('1.6', '2.1', 'euiccChallenge must have 16 octets'),
    );
  });

  it('of a request between servers without header is 1.6/2.2', async () => {
    const order = sampleRequests['es2plus/releaseProfile'];
    expect(await call('es2plus/releaseProfile', order)).toEqual(failed('1.6', '2.2', 'header is missing'));
    expect(await call('es2plus/releaseProfile', { header: null, ...order })).toEqual(
      failed('1.6', '2.2', 'header is missing'),
    );
    const half = { header: { functionCallIdentifier: 'x' }, ...order };
    expect(await call('es2plus/releaseProfile', half)).toEqual(
      failed('1.6', '2.2', 'header.functionRequesterIdentifier is missing'),
    );
  });

  it('of JSON that is no object, and of a malformed X-Admin-Protocol, is 1.6/2.1', async () => {
    for (const body of ['[]', '1', '"a"', 'null', 'true']) {
      expect(await call('es9plus/cancelSession', body)).toEqual(failed('1.6', '2.1'));
    }
    for (const version of ['', 'gsma/rsp', 'gsma/rsp/v2', 'gsma/rsp/v2.x.0', 'gsma/rsp/v999.0.0']) {
      const headers = { 'x-admin-protocol': version };
      expect(await call('es9plus/cancelSession', cancel, { headers })).toEqual(failed('1.6', '2.1'));
    }
  });

  it('is none for a message of another version, or of none', async () => {
    for (const version of ['gsma/rsp/v1.0.0', 'gsma/rsp/v2.0.0', 'gsma/rsp/v3.1.0']) {
      const headers = { 'x-admin-protocol': version };
      expect((await call('es9plus/cancelSession', cancel, { headers })).body).toEqual({ header: success });
    }
    expect((await call('es9plus/cancelSession', cancel)).body).toEqual({ header: success });
  });

  it('is for the last of two members of one name', async () => {
    const body = JSON.stringify(cancel);
    const twice = (first: string, second: string) =>
      `{"transactionId":${first},${body.slice(1, -1)},"transactionId":${second}}`;
    expect((await call('es9plus/cancelSession', twice('7', '"AB"'))).body).toEqual({ header: success });
    expect(await call('es9plus/cancelSession', twice('"AB"', '7'))).toEqual(failed('1.6', '2.1', expect.anything()));
  });

  it('of a caller that may not call is 1.1/1.2, whatever the request is', async () => {
    const client = rawClient(sample.addresses.mutual, 'h2', tlsOf(sample, sample.clients.smdp));
    open.push(client);
    const { status, body } = await client.send({ path: '/gsma/rsp2/es2plus/releaseProfile', body: '{}' });
    expect({ status, body: JSON.parse(body) }).toEqual(failed('1.1', '1.2'));
    expect(sample.counts.snapshot()).toEqual([
      { method: '/gsma.rsp.v2.Es2Plus/ReleaseProfile', caller: 'management/minato', count: 1 },
    ]);
  });

  it('after a fault of the server has an incident number that finds the cause in the log', async () => {
    sample.handlers.es9plus.cancelSession = async () => {
      throw new Error('the database is gone');
    };
    const answer = await call('es9plus/cancelSession', cancel);
    expect(answer).toEqual(failed('8.8', '4.2', expect.stringMatching(/incident [0-9a-f-]{36}/)));
    expect(JSON.stringify(answer)).not.toContain('database');
    const line = sample.log.find(({ msg }) => msg === 'unexpected error');
    const { message } = answer.body.header.functionExecutionStatus.statusCodeData;
    expect(message).toContain(line?.incident);
    expect(JSON.stringify(line)).toContain('the database is gone');
    sample.handlers.es12.deleteEvent = async () => {
      throw refusal('SERVER_UNREACHABLE');
    };
    const remove = { header: requestHeader, ...sampleRequests['es12/deleteEvent'] };
    expect(await call('es12/deleteEvent', remove)).toEqual(failed('8.9', '4.2'));
  });

  it('goes to the log as over gRPC, under the identifier of the caller', async () => {
    sample.handlers.es2plus.releaseProfile = async () => {
      throw new RspRefusal('ICCID_UNKNOWN');
    };
    await call('es2plus/releaseProfile', { header: requestHeader, ...sampleRequests['es2plus/releaseProfile'] });
    expect(sample.log.find(({ msg }) => msg === 'call')).toMatchObject({
      method: '/gsma.rsp.v2.Es2Plus/ReleaseProfile',
      status: 'FAILED_PRECONDITION',
      reason: 'ICCID_UNKNOWN',
      caller: 'operator/aozora',
      requestId: 'call-1',
      binding: 'https',
    });
  });

  it('goes to the log of a call whose identifier is none for a log under its digest, the same for the same one', async () => {
    const release = async (functionCallIdentifier: string) => {
      const header = { ...requestHeader, functionCallIdentifier };
      await call('es2plus/releaseProfile', { header, ...sampleRequests['es2plus/releaseProfile'] });
      return sample.log.filter(({ msg }) => msg === 'call').at(-1)?.requestId;
    };
    const first = await release('urn:call/1 ');
    expect(first).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await release('urn:call/1 ')).toBe(first);
    expect(await release('urn:call/2 ')).not.toBe(first);
  });

  it('is never a fault of the server, whatever JSON is sent', async () => {
    const names = Object.keys(requests);
    const anyMembers = fc.dictionary(
      fc.constantFrom(...Object.values(requests).flatMap(Object.keys), 'header', '__proto__', 'toString'),
      fc.oneof(fc.jsonValue(), fc.base64String(), fc.constantFrom('00', 'AB'.repeat(16), '0'.repeat(32))),
    );
    const clients = (['http/1.1', 'h2'] as const).flatMap((protocol) => {
      const lpa = rawClient(sample.addresses.lpa, protocol, tlsOf(sample));
      const operator = rawClient(sample.addresses.mutual, protocol, tlsOf(sample, sample.clients.operator));
      open.push(lpa, operator);
      return [{ lpa, operator }];
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.oneof(
          anyMembers.map((object) => JSON.stringify(object)),
          fc.json(),
          fc.string(),
        ),
        fc.constantFrom(...clients),
        async (name, body, { lpa, operator }) => {
          const client = /^es(2plus|12)/.test(name) ? operator : lpa;
          const answer = await client.send({ path: `/gsma/rsp2/${name}`, body });
          expect([200, 204, 400]).toContain(answer.status);
          if (answer.status !== 200) return;
          const { header } = JSON.parse(answer.body);
          const codes = header.functionExecutionStatus.statusCodeData;
          expect(['Executed-Success', 'Failed']).toContain(header.functionExecutionStatus.status);
          if (codes) expect(['1.6/2.1', '1.6/2.2', '1.1/1.2']).toContain(`${codes.subjectCode}/${codes.reasonCode}`);
        },
      ),
      { numRuns: 400 },
    );
  });
});
