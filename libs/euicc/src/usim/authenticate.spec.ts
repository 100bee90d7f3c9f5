import { randomBytes } from 'node:crypto';
import {
  type AuthenticationFunctions,
  equalInConstantTime,
  generateAuthenticationVector,
  gsmCipherKey,
  milenage,
  resynchronise,
  usimTestAlgorithm,
} from '@tegata/aka';
import { fromHex, toHex } from '@tegata/rsp';
import { Euicc } from '../euicc.ts';
import type { CrashingFolder } from '../testing/crashing-folder.ts';
import { selectApplication, statusWord, transmit } from '../testing/modem.ts';
import { KI, OPC, SUBSCRIPTION, subscriptionPackage } from '../testing/subscription.ts';
import { newEuicc, testOptions } from '../testing/test-euicc.ts';
import { metadataFor, TestSmdp } from '../testing/test-smdp.ts';
import { describeWithVectors, samplePackage } from '../testing/vectors.ts';

const USIM = 'A0000000871002';

/** The authentication centre of the operator: the same key, and the number it gave out last. */
class AuthenticationCentre {
  lastSqn = 0n;

  constructor(private readonly functions: AuthenticationFunctions) {}

  challenge() {
    const { vector, nextSqn } = generateAuthenticationVector(this.functions, {
      rand: randomBytes(16),
      lastSqn: this.lastSqn,
    });
    this.lastSqn = nextSqn;
    return vector;
  }

  resynchronise(rand: Uint8Array, auts: Uint8Array): string {
    const result = resynchronise(this.functions, { rand, auts, lastSqn: this.lastSqn });
    if (result.outcome === 'resynchronised') this.lastSqn = result.nextSqn;
    return result.outcome;
  }
}

const command = ({ rand, autn }: { readonly rand: Uint8Array; readonly autn: Uint8Array }): string =>
  `0088008122 10${toHex(rand)} 10${toHex(autn)} 00`;

describeWithVectors('AUTHENTICATE', () => {
  let euicc: Euicc;
  let folder: CrashingFolder;
  let centre: AuthenticationCentre;

  async function enable(upp: Uint8Array, iccid: string): Promise<void> {
    ({ euicc, folder } = await newEuicc());
    await new TestSmdp().install(euicc, upp, metadataFor(iccid));
    await euicc.es10c.enableProfile({ kind: 'iccid', value: iccid });
    await selectApplication(euicc, USIM);
  }
  const withPin = (): Promise<string> => statusWord(euicc, '002000010831323334FFFFFFFF');

  describe('with Milenage', () => {
    beforeEach(async () => {
      centre = new AuthenticationCentre(milenage({ k: KI, opc: OPC }));
      await enable(subscriptionPackage(), SUBSCRIPTION.iccid);
    });

    it('agrees with the authentication centre of the operator', async () => {
      await withPin();
      for (let i = 0; i < 40; i++) {
        const vector = centre.challenge();
        const { data, sw } = await transmit(euicc, command(vector));
        expect(sw).toBe('9000');
        const answer = fromHex(data);
        expect(equalInConstantTime(answer.subarray(2, 10), vector.xres)).toBe(true);
        expect(data.slice(0, 2 * 44)).toBe(`DB08${toHex(vector.xres)}10${toHex(vector.ck)}10${toHex(vector.ik)}`);
      }
    });

    it('does not answer before the PIN is verified', async () => {
      expect(await statusWord(euicc, command(centre.challenge()))).toBe('6982');
      await withPin();
      expect(await statusWord(euicc, command(centre.challenge()))).toBe('9000');
    });

    it('refuses a network that does not know the key', async () => {
      await withPin();
      const stranger = new AuthenticationCentre(milenage({ k: Buffer.alloc(16, 1), opc: OPC }));
      expect(await transmit(euicc, command(stranger.challenge()))).toEqual({ data: '', sw: '9862' });
    });

    it('refuses a challenge a second time, also after the power was lost, and helps the network to the right number', async () => {
      await withPin();
      const vector = centre.challenge();
      expect(await statusWord(euicc, command(vector))).toBe('9000');
      folder.powerOn({ names: 'none', writes: 'none' });
      euicc = await Euicc.open(testOptions(folder));
      await selectApplication(euicc, USIM);
      await withPin();
      const { data, sw } = await transmit(euicc, command(vector));
      expect([data.slice(0, 4), sw]).toEqual(['DC0E', '9000']);

      // A network that lost its count begins at the beginning, until the card tells it.
      centre.lastSqn = 0n;
      for (let i = 0; i < 3; i++) await transmit(euicc, command(centre.challenge()));
      const lost = new AuthenticationCentre(milenage({ k: KI, opc: OPC }));
      const refused = lost.challenge();
      const { data: answer } = await transmit(euicc, command(refused));
      expect(answer).toMatch(/^DC0E/);
      expect(lost.resynchronise(refused.rand, fromHex(answer).subarray(2))).toBe('resynchronised');
      expect((await transmit(euicc, command(lost.challenge()))).data).toMatch(/^DB/);
    });

    it('adds the GSM key where the profile has GSM access', async () => {
      await withPin();
      const vector = centre.challenge();
      const { data } = await transmit(euicc, command(vector));
      const kc = `08${toHex(gsmCipherKey(vector.ck, vector.ik))}`;
      const table = await statusWord(euicc, '00A40804047FFF6F38').then(() => transmit(euicc, '00B0000000'));
      const gsmAccess = ((fromHex(table.data)[3] ?? 0) & 0x04) !== 0;
      expect(data.slice(2 * 44)).toBe(gsmAccess ? kc : '');
    });

    it('refuses malformed challenges, other contexts, and to answer outside of an application', async () => {
      await withPin();
      const { rand, autn } = centre.challenge();
      expect(await statusWord(euicc, `0088008111 10${toHex(rand)} 00`)).toBe('6700');
      expect(await statusWord(euicc, `0088008122 0F${toHex(rand)} 10${toHex(autn)} 00`)).toBe('6A80');
      expect(await statusWord(euicc, `0088008422 10${toHex(rand)} 10${toHex(autn)} 00`)).toBe('9864');
      expect(await statusWord(euicc, `0088018122 10${toHex(rand)} 10${toHex(autn)} 00`)).toBe('6A86');
      await transmit(euicc, '00A4000C023F00');
      expect(await statusWord(euicc, command({ rand, autn }))).toBe('6985');
    });
  });

  it('works with the test algorithm of the TS.48 profiles, of USIM and ISIM each with its own numbers', async () => {
    centre = new AuthenticationCentre(usimTestAlgorithm(Buffer.from(Array.from({ length: 16 }, (_, i) => i))));
    await enable(samplePackage('TS48v5_SAIP2.3_BERTLV_SUCI.der'), '89000123456789012341');
    const vector = centre.challenge();
    const { data } = await transmit(euicc, command(vector));
    expect(data).toMatch(new RegExp(`^DB10${toHex(vector.xres)}10${toHex(vector.ck)}10${toHex(vector.ik)}`));
    expect((await transmit(euicc, command(vector))).data).toMatch(/^DC/);
    await selectApplication(euicc, 'A0000000871004');
    expect((await transmit(euicc, command(vector))).data).toMatch(/^DB/);
  });
});
