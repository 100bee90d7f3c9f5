import { gsmCipherKey, gsmResponse } from './gsm-conversion.ts';
import { deriveOpc, milenage, STANDARD_CONSTANTS } from './milenage.ts';
import { MILENAGE_TEST_SETS } from './milenage-test-sets.ts';

const octets = (hex: string) => Buffer.from(hex, 'hex');
const hex = (value: Uint8Array) => Buffer.from(value).toString('hex');

describe('Milenage gives the figures of 3GPP TS 35.207, TS 35.208 and TS 55.205', () => {
  it.each(MILENAGE_TEST_SETS)('$name', (set) => {
    const rand = octets(set.rand);
    const opc = deriveOpc(octets(set.k), octets(set.op));
    const functions = milenage({ k: octets(set.k), opc });
    const { res, ck, ik, ak } = functions.f2345(rand);

    expect(hex(opc)).toBe(set.opc);
    expect({
      f1: hex(functions.f1(rand, octets(set.sqn), octets(set.amf))),
      f1Star: hex(functions.f1Star(rand, octets(set.sqn), octets(set.amf))),
      f2: hex(res),
      f3: hex(ck),
      f4: hex(ik),
      f5: hex(ak),
      f5Star: hex(functions.f5Star(rand)),
      sres: hex(gsmResponse(res)),
      kc: hex(gsmCipherKey(ck, ik)),
    }).toEqual({
      f1: set.f1,
      f1Star: set.f1Star,
      f2: set.f2,
      f3: set.f3,
      f4: set.f4,
      f5: set.f5,
      f5Star: set.f5Star,
      sres: set.sres,
      kc: set.kc,
    });
  });

  // TS 35.207 set 2 has a key that TS 35.208 does not use; f1*, f3 and f4 complete what the set is known by.
  it('35.207-2', () => {
    const k = octets('0396eb317b6d1c36f19c1c84cd6ffd16');
    const rand = octets('c00d603103dcee52c4478119494202e8');
    const opc = deriveOpc(k, octets('ff53bade17df5d4e793073ce9d7579fa'));
    const functions = milenage({ k, opc });
    const { res, ck, ik, ak } = functions.f2345(rand);

    expect(hex(opc)).toBe('53c15671c60a4b731c55b4a441c0bde2');
    expect(hex(functions.f1(rand, octets('fd8eef40df7d'), octets('af17')))).toBe('5df5b31807e258b0');
    expect(hex(functions.f1Star(rand, octets('fd8eef40df7d'), octets('af17')))).toBe('a8c016e51ef4a343');
    expect([res, ck, ik, ak].map(hex)).toEqual([
      'd3a628ed988620f0',
      '58c433ff7a7082acd424220f2b67c556',
      '21a8c1f929702adb3e738488b9f5c5da',
      'c47783995f72',
    ]);
  });
});

describe('Milenage with constants of an operator', () => {
  const k = octets('465b5ce8b199b49faa5f0a2ee238a6bc');
  const opc = octets('cd63cb71954a9f4e48a5994e37a02baf');
  const rand = octets('23553cbe9637a89d218ae64dae47bf35');

  it('with the standard ones spelled out is the same algorithm', () => {
    const spelledOut = milenage({ k, opc, constants: STANDARD_CONSTANTS });
    expect(spelledOut.f2345(rand)).toEqual(milenage({ k, opc }).f2345(rand));
  });

  it('rotates by single bits too: r4 turned to 68 changes IK and nothing else', () => {
    const [r1, r2, r3, , r5] = STANDARD_CONSTANTS.rotations;
    const other = milenage({ k, opc, constants: { ...STANDARD_CONSTANTS, rotations: [r1, r2, r3, 68, r5] } });
    const { ik, ...rest } = other.f2345(rand);
    const { ik: standardIk, ...standardRest } = milenage({ k, opc }).f2345(rand);
    expect(hex(ik)).not.toBe(hex(standardIk));
    expect(rest).toEqual(standardRest);
  });

  it('refuses keys, challenges and rotations of another size', () => {
    const bad = expect.objectContaining({ code: 'BAD_SIZE' });
    expect(() => milenage({ k: k.subarray(1), opc })).toThrow(bad);
    expect(() => milenage({ k, opc: opc.subarray(1) })).toThrow(bad);
    expect(() => deriveOpc(k, rand.subarray(1))).toThrow(bad);
    expect(() => milenage({ k, opc }).f2345(rand.subarray(1))).toThrow(bad);
    expect(() => milenage({ k, opc }).f1(rand, octets('00'), octets('0000'))).toThrow(bad);
    const rotations: [number, number, number, number, number] = [64, 0, 32, 64, 128];
    expect(() => milenage({ k, opc, constants: { ...STANDARD_CONSTANTS, rotations } })).toThrow(bad);
  });
});
