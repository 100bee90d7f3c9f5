import { randomBytes } from 'node:crypto';
import {
  type AuthenticationFunctions,
  deriveTopc,
  generateAuthenticationVector,
  milenage,
  resynchronise,
  STANDARD_CONSTANTS,
  tuak,
} from '@tegata/aka';
import { EUICCInfo2, fromHex, toHex } from '@tegata/rsp';
import { Euicc } from '../euicc.ts';
import { selectApplication, statusWord, transmit } from '../testing/modem.ts';
import { installationOutcome } from '../testing/results.ts';
import { KI, OPC, packageWithAlgorithm, SUBSCRIPTION } from '../testing/subscription.ts';
import { newEuicc, testOptions } from '../testing/test-euicc.ts';
import { metadataFor, TestSmdp } from '../testing/test-smdp.ts';
import { describeWithVectors } from '../testing/vectors.ts';

const TOP = Buffer.alloc(32, 0x55);
const LONG_KEY = Buffer.from(KI).toString('hex').repeat(2);
type Algorithm = Parameters<typeof packageWithAlgorithm>[0];

describeWithVectors('a profile authenticates with the algorithm of its package', () => {
  const outcomeOf = async (algorithm: Algorithm): Promise<string> => {
    const { euicc } = await newEuicc();
    const upp = packageWithAlgorithm(algorithm);
    return installationOutcome(await new TestSmdp().install(euicc, upp, metadataFor(SUBSCRIPTION.iccid)));
  };

  /** Answers one challenge of a network with these functions, and one with a number that was used. */
  async function agrees(algorithm: Algorithm, functions: AuthenticationFunctions): Promise<void> {
    const { euicc } = await newEuicc();
    const { iccid } = SUBSCRIPTION;
    const result = await new TestSmdp().install(euicc, packageWithAlgorithm(algorithm), metadataFor(iccid));
    expect(installationOutcome(result)).toBe('installed');
    await euicc.es10c.enableProfile({ kind: 'iccid', value: iccid });
    await selectApplication(euicc, 'A0000000871002');
    await statusWord(euicc, '002000010831323334FFFFFFFF');
    const { vector } = generateAuthenticationVector(functions, { rand: randomBytes(16), lastSqn: 0n });
    const command = `0088008122 10${toHex(vector.rand)} 10${toHex(vector.autn)} 00`;
    const answer = (await transmit(euicc, command)).data;
    const res = toHex(Uint8Array.of(vector.xres.length, ...vector.xres));
    expect(answer.slice(0, 2 + res.length + 2 * 34)).toBe(`DB${res}10${toHex(vector.ck)}10${toHex(vector.ik)}`);
    const refused = fromHex((await transmit(euicc, command)).data);
    const { outcome } = resynchronise(functions, { rand: vector.rand, auts: refused.subarray(2), lastSqn: 0n });
    expect(outcome).not.toBe('macFailure');
  }

  it('TUAK with a key of 128 bits, as often iterated as the package says', async () => {
    const topc = deriveTopc(KI, TOP, 3);
    const algorithm = { algorithmID: 2, algorithmOptions: Uint8Array.of(1), opc: topc, numberOfKeccak: 3 };
    await agrees(algorithm, tuak({ k: KI, topc, iterations: 3 }));
  });

  it.each([
    [0, 4],
    [2, 16],
    [3, 32],
  ])('TUAK with a key of 256 bits, and options %i: RES of %i octets', async (options, res) => {
    const key = fromHex(LONG_KEY);
    const topc = deriveTopc(key, TOP);
    const algorithm = { algorithmID: 2, algorithmOptions: Uint8Array.of(options), key, opc: topc };
    await agrees(algorithm, tuak({ k: key, topc, res }));
  });

  it("Milenage with an operator's own constants", async () => {
    const rotationConstants = Uint8Array.of(8, 16, 24, 32, 40);
    const constants = STANDARD_CONSTANTS.constants.map((constant) => constant.map((octet) => octet ^ 0x5a));
    const [c1 = KI, c2 = KI, c3 = KI, c4 = KI, c5 = KI] = constants;
    await agrees(
      { rotationConstants, xoringConstants: Buffer.concat(constants) },
      milenage({ k: KI, opc: OPC, constants: { rotations: [8, 16, 24, 32, 40], constants: [c1, c2, c3, c4, c5] } }),
    );
  });

  it('as often as the package says, right or wrong, and no more after a loss of power either', async () => {
    const { euicc, folder } = await newEuicc();
    const { iccid } = SUBSCRIPTION;
    const upp = packageWithAlgorithm({ authCounterMax: Uint8Array.of(0, 0, 3) });
    expect(installationOutcome(await new TestSmdp().install(euicc, upp, metadataFor(iccid)))).toBe('installed');
    await euicc.es10c.enableProfile({ kind: 'iccid', value: iccid });
    const functions = milenage({ k: KI, opc: OPC });
    const attach = async (card: Euicc, { rand, autn }: { rand: Uint8Array; autn: Uint8Array }) => {
      await selectApplication(card, 'A0000000871002');
      await statusWord(card, '002000010831323334FFFFFFFF');
      return statusWord(card, `0088008122 10${toHex(rand)} 10${toHex(autn)} 00`);
    };
    const challenge = () => generateAuthenticationVector(functions, { rand: randomBytes(16), lastSqn: 0n }).vector;
    const used = challenge();
    expect(await attach(euicc, used)).toBe('9000');
    expect(await attach(euicc, used)).toBe('9000');
    expect(await attach(euicc, { rand: used.rand, autn: new Uint8Array(16) })).toBe('9862');
    expect(await attach(euicc, challenge())).toBe('6985');
    folder.powerOn({ names: 'none', writes: 'none' });
    const again = await Euicc.open(testOptions(folder));
    expect(await attach(again, challenge())).toBe('6985');
  });

  it('any number of times where the package sets no limit, or none that lets it work', async () => {
    for (const authCounterMax of [undefined, new Uint8Array(3)]) {
      await agrees({ ...(authCounterMax && { authCounterMax }) }, milenage({ k: KI, opc: OPC }));
    }
  });

  it('is refused where sizes have no room in AUTHENTICATE, or keys are no keys of the algorithm', async () => {
    const topc = deriveTopc(KI, TOP);
    const refused = 'loadProfileElements: installFailedDueToPEProcessingError';
    // MAC of 128 bits, CK of 256, IK of 256, RES that is reserved.
    for (const options of [0x09, 0x21, 0x41, 0x07]) {
      const algorithm = { algorithmID: 2, algorithmOptions: Uint8Array.of(options), opc: topc };
      expect(await outcomeOf(algorithm)).toBe(refused);
    }
    expect(await outcomeOf({ algorithmID: 2, opc: topc, numberOfKeccak: 0 })).toBe(refused);
    expect(await outcomeOf({ algorithmID: 2, opc: OPC })).toBe(refused);
    expect(await outcomeOf({ algorithmID: 9 })).toBe(refused);
  });

  it('is offered to SM-DP+ in EUICCInfo2', async () => {
    const { euicc } = await newEuicc();
    const { uiccCapability } = EUICCInfo2.decode(await euicc.es10b.getEuiccInfo2());
    expect(uiccCapability).toEqual(expect.arrayContaining(['akaMilenage', 'akaTuak128', 'akaTuak256']));
  });
});
