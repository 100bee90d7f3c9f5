import { randomBytes } from 'node:crypto';
import { AuthenticateServerRequest, authenticateToEuicc, signerWith } from '@tegata/rsp';
import { ciKeyIdentifier } from '@tegata/x509';
import {
  issueChainUnder,
  issueServer,
  negativeServerCertificates,
  newTestCi,
  type TestCi,
  testKey,
} from '@tegata/x509/testing';
import type { EuiccMaterial } from '../ecasd/euicc-material.ts';
import { Euicc } from '../euicc.ts';
import { CrashingFolder } from '../testing/crashing-folder.ts';
import { authenticateOutcome } from '../testing/results.ts';
import { testOptions } from '../testing/test-euicc.ts';

describe.each(['P-256', 'brainpoolP256r1'] as const)('an eUICC of a CI on %s', (curve) => {
  let ci: TestCi;
  let material: EuiccMaterial;

  beforeAll(async () => {
    ci = await newTestCi(curve);
    const signs = await newTestCi();
    const { eid, ...credential } = await issueChainUnder(signs);
    material = {
      eid,
      credentials: [credential],
      ciCertificates: [signs.certificate, ci.certificate],
      rootDsAddress: 'relay.tegata.example',
    };
  });

  async function answerTo({ certificate, key }: Awaited<ReturnType<typeof goodServer>>): Promise<string> {
    const euicc = await Euicc.manufacture(material, testOptions(new CrashingFolder()));
    const challenge = await euicc.es10b.getEuiccChallenge();
    const signed = await authenticateToEuicc(challenge, 'rsp.aozora.example', signerWith(key), randomBytes);
    const request = AuthenticateServerRequest.encode({
      serverSigned1: signed.serverSigned1,
      serverSignature1: signed.serverSignature1,
      euiccCiPKIdToBeUsed: ciKeyIdentifier(material.ciCertificates[0] as TestCi['certificate']),
      serverCertificate: certificate.raw,
      ctxParams1: { deviceInfo: { tac: Buffer.alloc(4, 0x35), deviceCapabilities: {} } },
    });
    return authenticateOutcome(await euicc.es10b.authenticateServer(request));
  }

  async function goodServer(role: 'DPauth' | 'DSauth') {
    const key = testKey(curve);
    return { certificate: await issueServer(role, key, ci), key };
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
});
