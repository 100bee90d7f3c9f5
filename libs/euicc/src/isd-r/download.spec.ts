import { ProfileInstallationResult, printErrorResult, verifyInstallationResult } from '@tegata/rsp';
import { newEuicc } from '../testing/test-euicc.ts';
import { metadataFor, TestSmdp } from '../testing/test-smdp.ts';
import { describeWithVectors, samplePackage, samplePackages } from '../testing/vectors.ts';

/** What came of an installation, by name. */
function outcome(result: Uint8Array): string {
  const { finalResult } = ProfileInstallationResult.decode(result).profileInstallationResultData;
  return finalResult.kind === 'successResult' ? 'installed' : printErrorResult(finalResult.value);
}

describeWithVectors('download of profiles', () => {
  it('installs every TS.48 package', async () => {
    const { euicc } = await newEuicc();
    const smdp = new TestSmdp();
    for (const { file, iccid } of samplePackages()) {
      const result = await smdp.install(euicc, samplePackage(file), metadataFor(iccid));
      expect([file, outcome(result)]).toEqual([file, 'installed']);
      await euicc.es10c.deleteProfile({ kind: 'iccid', value: iccid });
    }
    void verifyInstallationResult;
  });
});
