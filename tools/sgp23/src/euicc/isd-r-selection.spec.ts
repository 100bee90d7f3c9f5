import {
  describeWithVectors,
  openIsdR,
  selectApplication,
  statusWord,
  storeData,
  transmit,
} from '@tegata/euicc/testing';
import { ECASD_AID, ISD_R_AID, toHex } from '@tegata/rsp';
import { ICCID_OP_PROF1, TeEuicc } from './te-euicc.ts';

const TERMINAL_CAPABILITY_LPAD = '80AA0000 05 A903 830107';
const SELECT_ISD_R = `A4040010${toHex(ISD_R_AID)}00`;
const FCI = new RegExp(`^6F..8410${toHex(ISD_R_AID)}.*E0058203020202$`);

// SGP.23 section 4.2.1. The sequences are those of the group; their titles are ours.
describeWithVectors('TC_eUICC_ATR_And_ISDR_Selection', () => {
  let te: TeEuicc;
  beforeEach(async () => {
    te = await TeEuicc.create();
  });

  it('#01 Nominal: the ATR tells of eUICC functions in the first TB after T=15', async () => {
    const atr = [...(await te.euicc.apdu.reset())];
    expect(atr.reduce((sum, octet) => sum ^ octet, atr[0] ?? 0)).toBe(0);
    const interfaceBytes = interfaceBytesOf(atr);
    const global = interfaceBytes.findIndex(({ protocol }) => protocol === 15);
    expect((interfaceBytes[global]?.tb ?? 0) & 0x82).toBe(0x82);
  });

  it('#02 Nominal: the MF tells that TERMINAL CAPABILITY is known, with a profile and without', async () => {
    expect((await transmit(te.euicc, '00A40004023F0000')).data).toContain('870101');
    await te.profile(ICCID_OP_PROF1, {}, true);
    expect((await transmit(te.euicc, '00A40004023F0000')).data).toContain('870101');
  });

  it('#03 Nominal: the ISD-R is selected after TERMINAL CAPABILITY with LPAd functions', async () => {
    await te.euicc.apdu.reset();
    expect(await statusWord(te.euicc, TERMINAL_CAPABILITY_LPAD)).toBe('9000');
    await transmit(te.euicc, '0070000001');
    expect(await transmit(te.euicc, `01${SELECT_ISD_R}`)).toEqual({ data: expect.stringMatching(FCI), sw: '9000' });
  });

  it('#04 Nominal: without TERMINAL CAPABILITY, as there is no LPA in the eUICC to choose instead', async () => {
    await te.euicc.apdu.reset();
    await transmit(te.euicc, '0070000001');
    expect((await transmit(te.euicc, `01${SELECT_ISD_R}`)).data).toMatch(FCI);
  });

  it('#05 Nominal: while a profile is enabled, whose USIM stays selected on the basic channel', async () => {
    await te.profile(ICCID_OP_PROF1, {}, true);
    await selectApplication(te.euicc, 'A0000000871002');
    await openIsdR(te.euicc);
    expect((await storeData(te.euicc, 'BF3E035C015A')).data).toBe(`BF3E125A10${te.euicc.eid}`);
    expect((await transmit(te.euicc, '80F2000100')).data).toMatch(/^84..A0000000871002/);
  });

  it('#06 Nominal: on the basic channel', async () => {
    expect((await transmit(te.euicc, `00${SELECT_ISD_R}`)).data).toMatch(FCI);
    expect((await storeData(te.euicc, 'BF2000', { channel: 0 })).data).toMatch(/^BF20/);
  });

  it('#07 Nominal: on several channels at once, and again after a reset', async () => {
    for (const channel of [1, 2, 3]) expect(await openIsdR(te.euicc)).toBe(channel);
    for (const channel of [1, 2, 3]) expect((await storeData(te.euicc, 'BF2000', { channel })).data).toMatch(/^BF20/);
    await te.euicc.apdu.reset();
    expect(await statusWord(te.euicc, '81E2910003BF2000')).toBe('6881');
    expect(await openIsdR(te.euicc)).toBe(1);
  });

  it('#08 Error: functions of the ISD-R where it is not selected', async () => {
    expect(await statusWord(te.euicc, '80E2910003BF2000')).toBe('6D00');
    await transmit(te.euicc, `00A4040010${toHex(ECASD_AID)}00`);
    expect(await statusWord(te.euicc, '80E2910003BF2000')).toBe('6D00');
  });

  it('#09 Error: the AID of an ISD-P, of nobody, and the ISD-R on a channel that is not open', async () => {
    expect(await statusWord(te.euicc, '00A4040010A0000005591010FFFFFFFF890000100000')).toBe('6A82');
    expect(await statusWord(te.euicc, '00A4040010A0000005591010FFFFFFFF890000030000')).toBe('6A82');
    expect(await statusWord(te.euicc, `01${SELECT_ISD_R}`)).toBe('6881');
  });
});

interface InterfaceBytes {
  /** protocol, or 15, that the group is for; undefined for the first group */
  readonly protocol: number | undefined;
  readonly tb: number | undefined;
}

/** Interface bytes of an ATR, group by group (ISO/IEC 7816-3 section 8.2.3). */
function interfaceBytesOf(atr: readonly number[]): InterfaceBytes[] {
  const groups: InterfaceBytes[] = [];
  let at = 2;
  let presence = atr[1] ?? 0;
  let protocol: number | undefined;
  for (;;) {
    if (presence & 0x10) at += 1;
    const tb = presence & 0x20 ? atr[at++] : undefined;
    if (presence & 0x40) at += 1;
    groups.push({ protocol, tb });
    if (!(presence & 0x80)) return groups;
    presence = atr[at++] ?? 0;
    protocol = presence & 0x0f;
  }
}
