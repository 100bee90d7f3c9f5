import { randomBytes } from 'node:crypto';
import { ServerSigned1 } from '@tegata/rsp';
import { rawClient } from '@tegata/rsp-http/testing';
import { certificatePem, ciKeyIdentifier, parseCertificate, roleOids } from '@tegata/x509';
import { newTestCi, type TestCi } from '@tegata/x509/testing';
import { statusOf } from '../simulated/function-status.ts';
import { TeSmDpPlus } from './te-sm-dp-plus.ts';

const identifier = ({ certificate }: TestCi) => ciKeyIdentifier(certificate);

/** SGP.23 section 4.3.12. */
describe('ES9+.InitiateAuthentication', () => {
  let te: TeSmDpPlus;
  let otherCi: TestCi;

  beforeAll(async () => {
    [te, otherCi] = await Promise.all([TeSmDpPlus.start(), newTestCi()]);
  });
  afterAll(() => te.close());

  const call = (change: Partial<{ euiccInfo1: Buffer; smdpAddress: string }> = {}) =>
    te.lpad.initiateAuthentication({
      euiccChallenge: randomBytes(16),
      euiccInfo1: te.euicc1.euiccInfo1(),
      smdpAddress: te.address,
      ...change,
    });

  test('TC_SM-DP+_ES9+.InitiateAuthenticationNIST #01: nominal', async () => {
    const euiccChallenge = randomBytes(16);
    const http = rawClient(te.served.es9plus[0] ?? '', 'http/1.1', {
      ca: certificatePem(te.ci.certificate),
      servername: te.address,
    });
    try {
      const { status, headers, body } = await http.send({
        path: '/gsma/rsp2/es9plus/initiateAuthentication',
        body: JSON.stringify({
          euiccChallenge: euiccChallenge.toString('base64'),
          euiccInfo1: te.euicc1.euiccInfo1().toString('base64'),
          smdpAddress: te.address,
        }),
      });
      expect([status, headers['content-type'], headers['x-admin-protocol']]).toEqual([
        200,
        'application/json;charset=UTF-8',
        expect.stringMatching(/^gsma\/rsp\/v2\.\d+\.\d+$/),
      ]);
      const answer = JSON.parse(body);
      expect(answer).toEqual({
        header: { functionExecutionStatus: { status: 'Executed-Success' } },
        transactionId: expect.stringMatching(/^[0-9A-F]{2,32}$/),
        serverSigned1: expect.any(String),
        serverSignature1: expect.any(String),
        euiccCiPKIdToBeUsed: Buffer.concat([Buffer.of(0x04, 20), identifier(te.ci)]).toString('base64'),
        serverCertificate: expect.any(String),
      });
      const signed = ServerSigned1.decode(Buffer.from(answer.serverSigned1, 'base64'));
      expect(Buffer.from(signed.transactionId).toString('hex').toUpperCase()).toBe(answer.transactionId);
      expect(Buffer.from(signed.euiccChallenge)).toEqual(euiccChallenge);
      expect(signed.serverAddress).toBe(te.address);
      const certificate = parseCertificate(Buffer.from(answer.serverCertificate, 'base64'));
      expect(certificate.policies).toEqual([roleOids.DPauth]);
    } finally {
      http.close();
    }
    // The S_EUICC verifies certificate, signature and challenge.
    await expect(te.authenticated({ matchingId: 'ANY' })).resolves.toHaveProperty('request');
  });

  test('TC_SM-DP+_ES9+.InitiateAuthenticationNIST #02: transactionId and serverChallenge are unique', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => call()));
    const signed = answers.map(({ serverSigned1 }) => ServerSigned1.decode(serverSigned1));
    const hex = (value: Uint8Array) => Buffer.from(value).toString('hex');
    expect(new Set(signed.map(({ transactionId }) => hex(transactionId))).size).toBe(8);
    expect(new Set(signed.map(({ serverChallenge }) => hex(serverChallenge))).size).toBe(8);
  });

  test('TC_SM-DP+_ES9+.InitiateAuthenticationNIST #03: an invalid server address', async () => {
    expect(await statusOf(call({ smdpAddress: 'smdpplus.invalid.example' }))).toBe('8.8.1/3.8');
  });

  test('TC_SM-DP+_ES9+.InitiateAuthenticationNIST #04: no public key identifier for signing is supported', async () => {
    const euiccInfo1 = te.euicc1.euiccInfo1({ euiccCiPKIdListForSigning: [identifier(otherCi)] });
    expect(await statusOf(call({ euiccInfo1 }))).toBe('8.8.2/3.1');
  });

  test('TC_SM-DP+_ES9+.InitiateAuthenticationNIST #05: an unsupported specification version', async () => {
    for (const svn of ['1.1.0', '3.0.0']) {
      expect(await statusOf(call({ euiccInfo1: te.euicc1.euiccInfo1({ svn }) }))).toBe('8.8.3/3.1');
    }
  });

  test('TC_SM-DP+_ES9+.InitiateAuthenticationNIST #06: no CERT.DPauth under a CI that the eUICC verifies', async () => {
    const euiccInfo1 = te.euicc1.euiccInfo1({ euiccCiPKIdListForVerification: [identifier(otherCi)] });
    expect(await statusOf(call({ euiccInfo1 }))).toBe('8.8.4/3.7');
  });

  test.each([
    ['#07', '2.2.1'],
    ['#08', '2.2.2'],
    ['#09', '2.3.0'],
  ])('TC_SM-DP+_ES9+.InitiateAuthenticationNIST %s: nominal, an eUICC of version %s', async (_, svn) => {
    expect(await statusOf(call({ euiccInfo1: te.euicc1.euiccInfo1({ svn }) }))).toBe('Executed-Success');
  });
});

describe('ES9+.InitiateAuthentication under a CI on brainpoolP256r1', () => {
  let te: TeSmDpPlus;
  beforeAll(async () => {
    te = await TeSmDpPlus.start({ curve: 'brainpoolP256r1' });
  });
  afterAll(() => te.close());

  test('TC_SM-DP+_ES9+.InitiateAuthenticationBRP #01: nominal', async () => {
    const { server } = await te.authenticated({});
    expect(parseCertificate(server.serverCertificate).curve).toBe('brainpoolP256r1');
  });
});
