import { randomBytes } from 'node:crypto';
import { ServerSigned1 } from '@tegata/rsp';
import { rawClient } from '@tegata/rsp-http/testing';
import { ciKeyIdentifier, parseCertificate, roleOids } from '@tegata/x509';
import { negativeChains, newTestCi, type TestCi } from '@tegata/x509/testing';
import { statusOf } from '../simulated/function-status.ts';
import { type AuthenticateOptions, SEuicc } from '../simulated/s-euicc.ts';
import { handshake } from '../simulated/tls-client.ts';
import { TeSmDs } from './te-sm-ds.ts';

const identifier = ({ certificate }: TestCi) => ciKeyIdentifier(certificate);

/** SGP.23 section 4.5, ES11: the S_LPAd calls it under the path of ES9+ and under its own. */
describe('TC_SM_DS_ES11', () => {
  let te: TeSmDs;
  let otherCi: TestCi;
  beforeAll(async () => {
    [te, otherCi] = await Promise.all([TeSmDs.start(), newTestCi()]);
  });
  beforeEach(() => te.smDs.clear());
  afterAll(() => te.close());

  describe('TC_SM_DS_ES11.InitiateAuthentication', () => {
    const call = (change: Partial<{ euiccInfo1: Buffer; smdpAddress: string }> = {}) =>
      te.es11UnderEs9plus.initiateAuthentication({
        euiccChallenge: randomBytes(16),
        euiccInfo1: te.euicc1.euiccInfo1(),
        smdpAddress: te.address,
        ...change,
      });

    test.each(['es9plus', 'es11'])('nominal, under /gsma/rsp2/%s', async (path) => {
      const euiccChallenge = randomBytes(16);
      const http = rawClient(te.listener('lpa'), 'h2', { ca: te.roots, servername: te.address });
      try {
        const members = {
          euiccChallenge: euiccChallenge.toString('base64'),
          euiccInfo1: te.euicc1.euiccInfo1().toString('base64'),
          smdpAddress: te.address.toUpperCase(),
        };
        const { status, body } = await http.send({
          path: `/gsma/rsp2/${path}/initiateAuthentication`,
          body: JSON.stringify(members),
        });
        const answer = JSON.parse(body);
        expect([status, Object.keys(answer)]).toEqual([
          200,
          ['header', 'transactionId', 'serverSigned1', 'serverSignature1', 'euiccCiPKIdToBeUsed', 'serverCertificate'],
        ]);
        const signed = ServerSigned1.decode(Buffer.from(answer.serverSigned1, 'base64'));
        expect([Buffer.from(signed.euiccChallenge), signed.serverAddress]).toEqual([euiccChallenge, te.address]);
        const { policies } = parseCertificate(Buffer.from(answer.serverCertificate, 'base64'));
        expect(policies).toEqual([roleOids.DSauth]);
      } finally {
        http.close();
      }
    });
    test('transactionId and serverChallenge are unique', async () => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => call()));
      const signed = answers.map(({ serverSigned1 }) => ServerSigned1.decode(serverSigned1));
      const hex = (value: Uint8Array) => Buffer.from(value).toString('hex');
      expect(new Set(signed.map(({ transactionId }) => hex(transactionId))).size).toBe(8);
      expect(new Set(signed.map(({ serverChallenge }) => hex(serverChallenge))).size).toBe(8);
    });
    test('an invalid server address', async () => {
      expect(await statusOf(call({ smdpAddress: 'smds.invalid.example' }))).toBe('8.9.1/3.8');
    });
    test('no public key identifier for signing is supported', async () => {
      const euiccInfo1 = te.euicc1.euiccInfo1({ euiccCiPKIdListForSigning: [identifier(otherCi)] });
      expect(await statusOf(call({ euiccInfo1 }))).toBe('8.9.2/3.1');
    });
    test('an unsupported specification version', async () => {
      expect(await statusOf(call({ euiccInfo1: te.euicc1.euiccInfo1({ svn: '1.1.0' }) }))).toBe('8.9.3/3.1');
    });
    test('no CERT.DSauth under a CI that the eUICC verifies', async () => {
      const euiccInfo1 = te.euicc1.euiccInfo1({ euiccCiPKIdListForVerification: [identifier(otherCi)] });
      expect(await statusOf(call({ euiccInfo1 }))).toBe('8.9.4/3.7');
    });
  });

  describe('TC_SM_DS_ES11.AuthenticateClient', () => {
    const status = async (options: AuthenticateOptions, euicc = te.euicc1) =>
      statusOf(te.es11.authenticateClient(await te.authenticated(options, euicc)));

    test.each<[string, AuthenticateOptions]>([
      ['omitted', {}],
      ['empty', { matchingId: '' }],
    ])('events are pending, matching id %s: all of the EID, oldest first', async (_, options) => {
      await te.register('FIRST');
      await te.register('SECOND', { by: 1 });
      await te.register('OTHER', { euicc: te.euicc2 });
      expect(await te.events(options)).toEqual(['FIRST@rsp.aozora.example', 'SECOND@rsp.minato.example']);
      // Retrieval takes nothing away.
      expect(await te.events(options)).toHaveLength(2);
    });
    test('no event is pending: an empty list', async () => {
      expect(await te.events({ matchingId: '' })).toEqual([]);
    });
    test('by EventID: that event alone', async () => {
      await te.register('FIRST');
      await te.register('SECOND');
      expect(await te.events({ matchingId: 'SECOND' })).toEqual(['SECOND@rsp.aozora.example']);
    });
    test('an EventID that is unknown, deleted, or of another EID', async () => {
      await te.register('DELETED');
      await te.remove('DELETED');
      await te.register('OTHER', { euicc: te.euicc2 });
      for (const matchingId of ['UNKNOWN', 'DELETED', 'OTHER']) expect(await status({ matchingId })).toBe('8.9.5/3.9');
    });
    test('an invalid eUICC signature', async () => {
      expect(await status({ spoilSignature: true })).toBe('8.1/6.1');
    });
    test('an invalid server challenge', async () => {
      expect(await status({ signed: { serverChallenge: Buffer.alloc(16, 7) } })).toBe('8.1/6.1');
    });
    test('an unknown transactionId in the transport layer, and in euiccSigned1', async () => {
      const request = await te.authenticated({});
      const transactionId = Buffer.alloc(16, 9);
      expect(await statusOf(te.es11.authenticateClient({ ...request, transactionId }))).toBe('8.10.1/3.9');
      expect(await status({ signed: { transactionId } })).toBe('8.10.1/3.9');
    });
    test('the same answer twice', async () => {
      const request = await te.authenticated({});
      expect(await statusOf(te.es11.authenticateClient(request))).toBe('Executed-Success');
      expect(await statusOf(te.es11.authenticateClient(request))).toBe('8.10.1/3.9');
    });
    test.each(negativeChains)('$answer for $fault', async ({ answer, issue }) => {
      expect(await status({}, new SEuicc(await issue(te.ci), [te.ci]))).toBe(answer);
    });
  });

  test('TC_SM_DS_ES11_TLS: shows CERT.DStls, and agrees to TLS 1.2 with the suite of SGP.22, and to 1.3', async () => {
    const tls = { ca: te.roots, servername: te.address };
    const { cipher, certificate } = await handshake(te.listener('lpa'), {
      ...tls,
      maxVersion: 'TLSv1.2',
      ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256',
    });
    expect(cipher).toBe('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256');
    expect(certificate.policies).toEqual([roleOids.DStls]);
    expect((await handshake(te.listener('lpa'), tls)).protocol).toBe('TLSv1.3');
  });
});

/** The same under a CI on brainpoolP256r1: CERT.DSauth and CERT.DStls, the S_SM-DP+ and the S_EUICC are on it. */
describe('TC_SM_DS_ES11 on brainpoolP256r1', () => {
  let te: TeSmDs;
  beforeAll(async () => {
    te = await TeSmDs.start({ curve: 'brainpoolP256r1' });
  });
  afterAll(() => te.close());

  test('TC_SM_DS_ES11.AuthenticateClient: events are pending, over TLS on the same curve', async () => {
    await te.register('BRAINPOOL');
    expect(await te.events()).toEqual(['BRAINPOOL@rsp.aozora.example']);
    const tls = { ca: te.roots, servername: te.address, ecdhCurve: 'brainpoolP256r1:P-256' };
    const { protocol, certificate } = await handshake(te.listener('lpa'), tls);
    expect([protocol, certificate.curve]).toEqual(['TLSv1.2', 'brainpoolP256r1']);
  });
});
