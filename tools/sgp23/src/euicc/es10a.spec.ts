import { describeWithVectors } from '@tegata/euicc/testing';
import { TeEuicc } from './te-euicc.ts';

const S_SM_DP = 'testsmdpplus1.example.com';
const ROOT_DS = 'rootsmds.example.com';

// SGP.23 section 4.2.8
describeWithVectors('TC_eUICC_ES10a.GetEuiccConfiguredAddresses', () => {
  it('#01 Nominal: with a default SM-DP+ address', async () => {
    const { euicc } = await TeEuicc.create({ defaultDpAddress: S_SM_DP });
    expect(await euicc.es10a.getEuiccConfiguredAddresses()).toEqual({
      defaultDpAddress: S_SM_DP,
      rootDsAddress: ROOT_DS,
    });
  });

  it('#02 Nominal: without a default SM-DP+ address', async () => {
    const { euicc } = await TeEuicc.create();
    const addresses = await euicc.es10a.getEuiccConfiguredAddresses();
    expect([addresses.defaultDpAddress, addresses.rootDsAddress]).toEqual([undefined, ROOT_DS]);
  });

  it('without a number: no root SM-DS, which is an empty address', async () => {
    const { euicc } = await TeEuicc.create({ rootDsAddress: '' });
    expect((await euicc.es10a.getEuiccConfiguredAddresses()).rootDsAddress).toBe('');
  });
});

// SGP.23 section 4.2.9
describeWithVectors('TC_eUICC_ES10a.SetDefaultDpAddress', () => {
  const defaultAddress = async ({ euicc }: TeEuicc) =>
    (await euicc.es10a.getEuiccConfiguredAddresses()).defaultDpAddress;

  it('#01 Nominal: set for the first time', async () => {
    const te = await TeEuicc.create();
    await te.euicc.es10a.setDefaultDpAddress(S_SM_DP);
    expect(await defaultAddress(te)).toBe(S_SM_DP);
  });

  it('#02 Nominal: replaced by another one', async () => {
    const te = await TeEuicc.create({ defaultDpAddress: S_SM_DP });
    await te.euicc.es10a.setDefaultDpAddress('testsmdpplus2.example.com');
    expect(await defaultAddress(te)).toBe('testsmdpplus2.example.com');
  });

  it('#03 Nominal: removed by an empty one', async () => {
    const te = await TeEuicc.create({ defaultDpAddress: S_SM_DP });
    await te.euicc.es10a.setDefaultDpAddress('');
    expect(await defaultAddress(te)).toBeUndefined();
  });
});
