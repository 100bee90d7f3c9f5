import { randomBytes } from 'node:crypto';
import {
  AuthenticateServerRequest,
  authenticateToEuicc,
  offerDownload,
  PrepareDownloadRequest,
  signerWith,
  verifyAuthenticateServerResponse,
} from '@tegata/rsp';
import { drawSession } from '@tegata/rsp/testing';
import { type Certificate, ciKeyIdentifier, roleOids } from '@tegata/x509';
import {
  issueChainUnder,
  issueServer,
  negativeServerCertificates,
  newTestCi,
  type TestCi,
  type TestKey,
  testKey,
} from '@tegata/x509/testing';
import type { EuiccMaterial } from '../ecasd/euicc-material.ts';
import { Euicc } from '../euicc.ts';
import { CrashingFolder } from '../testing/crashing-folder.ts';
import { authenticateOutcome, prepareOutcome } from '../testing/results.ts';
import { NOW, testOptions } from '../testing/test-euicc.ts';

const serverAddress = 'rsp.aozora.example';

describe.each(['P-256', 'brainpoolP256r1'] as const)('an eUICC of a CI on %s', (curve) => {
  let ci: TestCi;
  let signs: TestCi;
  let material: EuiccMaterial;

  beforeAll(async () => {
    ci = await newTestCi(curve);
    signs = await newTestCi();
    const { eid, ...credential } = await issueChainUnder(signs);
    material = {
      eid,
      credentials: [credential],
      ciCertificates: [signs.certificate, ci.certificate],
      rootDsAddress: 'relay.tegata.example',
    };
  });

  interface Shown {
    readonly certificate: Certificate;
    readonly key: TestKey;
  }

  /** AuthenticateServer of a new eUICC, with a server that shows this. */
  async function authenticate({ certificate, key }: Shown) {
    const euicc = await Euicc.manufacture(material, testOptions(new CrashingFolder()));
    const challenge = await euicc.es10b.getEuiccChallenge();
    const signed = await authenticateToEuicc(challenge, serverAddress, signerWith(key), drawSession(randomBytes));
    const request = AuthenticateServerRequest.encode({
      serverSigned1: signed.serverSigned1,
      serverSignature1: signed.serverSignature1,
      euiccCiPKIdToBeUsed: ciKeyIdentifier(signs.certificate),
      serverCertificate: certificate.raw,
      ctxParams1: { deviceInfo: { tac: Buffer.alloc(4, 0x35), deviceCapabilities: {} } },
    });
    return { euicc, signed, response: await euicc.es10b.authenticateServer(request) };
  }

  const answerTo = async (shown: Shown) => authenticateOutcome((await authenticate(shown)).response);

  /** PrepareDownload after a good CERT.DPauth. */
  async function answerToBinding({ certificate, key }: Shown): Promise<string> {
    const { euicc, signed, response } = await authenticate(await goodServer('DPauth'));
    const { transactionId } = signed;
    const session = { ...signed, serverAddress, ci: signs.certificate };
    const { euiccSignature1 } = verifyAuthenticateServerResponse(response, session, NOW);
    const offered = { transactionId, euiccSignature1, confirmationCodeRequired: false };
    const offer = await offerDownload(offered, signerWith(key));
    const request = PrepareDownloadRequest.encode({ ...offer, smdpCertificate: certificate.raw });
    return prepareOutcome(await euicc.es10b.prepareDownload(request));
  }

  async function goodServer(role: 'DPauth' | 'DPpb' | 'DSauth', change?: Parameters<typeof issueServer>[3]) {
    const key = testKey(curve);
    return { certificate: await issueServer(role, key, ci, change), key };
  }

  it.each(['DPauth', 'DSauth'] as const)('accepts a CERT.%s in which nothing is wrong', async (role) => {
    expect(await answerTo(await goodServer(role))).toBe('ok');
  });

  if (curve === 'P-256') {
    it.each(negativeServerCertificates('DPauth'))('answers $answer to a CERT.DPauth $fault', async (negative) => {
      expect(await answerTo(await negative.issue(ci))).toBe(negative.answer);
    });
    it.each(negativeServerCertificates('DSauth'))('answers $answer to a CERT.DSauth $fault', async (negative) => {
      expect(await answerTo(await negative.issue(ci))).toBe(negative.answer);
    });
  }

  it('accepts a CERT.DPpb in which nothing is wrong', async () => {
    expect(await answerToBinding(await goodServer('DPpb'))).toBe('ok');
  });

  it.each(negativeServerCertificates('DPpb'))('refuses a CERT.DPpb $fault', async ({ answer, issue }) => {
    const downloadErrorCode = answer === 'unsupportedCurve' ? answer : 'invalidCertificate';
    expect(await answerToBinding(await issue(ci))).toBe(downloadErrorCode);
  });

  it.each([
    ['of another SM-DP+', { subjectAltName: { registeredIds: ['2.999.22'] } }],
    ['that is a CERT.DPauth', { policies: [roleOids.DPauth] }],
  ])('refuses a CERT.DPpb %s', async (_, change) => {
    expect(await answerToBinding(await goodServer('DPpb', change))).toBe('invalidCertificate');
  });
});
