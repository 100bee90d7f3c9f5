import { KeyStore } from '@tegata/pki';
import type { CertificateSigner } from '@tegata/x509';
import { issueChainUnder, negativeChains, type TestCi } from '@tegata/x509/testing';
import { Deployment } from '../testing/deployment.ts';
import { answeredChallenge, type Es11, es11Of } from '../testing/lpa.ts';
import { makeSmDs, type TestSmDs } from '../testing/sm-ds.ts';

describe('certificates of an eUICC that an SM-DS refuses', () => {
  let deployment: Deployment;
  let smDs: TestSmDs;
  let es11: Es11;
  let ci: TestCi;

  beforeAll(async () => {
    deployment = await Deployment.make();
    smDs = await makeSmDs(deployment);
    es11 = es11Of(smDs.context);
    const { certificate, key } = await new KeyStore(deployment.folder).certifiedKey('rsp/ci');
    ci = { certificate, key: key satisfies CertificateSigner };
  });
  afterAll(async () => {
    await smDs.drop();
    await deployment.remove();
  });

  const answerTo = async (euicc: Awaited<ReturnType<typeof issueChainUnder>>) =>
    es11.authenticateClient(await answeredChallenge({ ...euicc, ciCertificates: [ci.certificate] }, es11)).then(
      () => 'accepted',
      ({ subjectCode, reasonCode }: { subjectCode: string; reasonCode: string }) => `${subjectCode}/${reasonCode}`,
    );

  it('accepts the chain in which nothing is wrong', async () => {
    expect(await answerTo(await issueChainUnder(ci))).toBe('accepted');
  });

  it.each(negativeChains)('answers $answer to $fault', async ({ answer, issue }) => {
    expect(await answerTo(await issue(ci))).toBe(answer);
  });
});
