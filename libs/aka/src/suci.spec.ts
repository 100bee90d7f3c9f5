import fc from 'fast-check';
import { conceal, type EciesProfile, newEphemeralKeyPair, publicKeyOf, reveal } from './suci.ts';

const octets = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = (value: Uint8Array | undefined) => value && Buffer.from(value).toString('hex');

/** 3GPP TS 33.501 annexes C.4.3 and C.4.4, for the IMSI 274012001002086. */
const published = {
  profileA: {
    homeNetworkPrivateKey: 'c53c22208b61860b06c62e5406a7b330c2b577aa5558981510d128247d38bd1d',
    homeNetworkKey: '5a8d38864820197c3394b92613b20b91633cbd897119273bf8e4a6f4eec0a650',
    ephemeralPrivateKey: 'c80949f13ebe61af4ebdbd293ea4f942696b9e815d7e8f0096bbf6ed7de62256',
    ephemeralKey: 'b2e92f836055a255837debf850b528997ce0201cb82adfe4be1f587d07d8457d',
    ciphertext: 'cb02352410',
    mac: 'cddd9e730ef3fa87',
  },
  profileB: {
    homeNetworkPrivateKey: 'f1ab1074477ebcc7f554ea1c5fc368b1616730155e0041ac447d6301975fecda',
    homeNetworkKey: '0272da71976234ce833a6907425867b82e074d44ef907dfb4b3e21c1c2256ebcd1',
    ephemeralPrivateKey: '99798858a1dc6a2c68637149a4b1dbfd1fdff5addd62a2142f06699ed7602529',
    ephemeralKey: '039aab8376597021e855679a9778ea0b67396e68c66df32c0f41e9acca2da9b9d1',
    ciphertext: '46a33fc271',
    mac: '6ac7dae96aa30a4d',
  },
} as const;
const msin = octets('00012080f6');

describe.each(['profileA', 'profileB'] as const)('SUCI by %s', (profile: EciesProfile) => {
  const set = published[profile];
  const ephemeral = { privateKey: octets(set.ephemeralPrivateKey), publicKey: octets(set.ephemeralKey) };
  const output = `${set.ephemeralKey}${set.ciphertext}${set.mac}`;

  it('is what the test data of TS 33.501 has', () => {
    expect(hex(publicKeyOf(profile, ephemeral.privateKey))).toBe(set.ephemeralKey);
    expect(hex(publicKeyOf(profile, octets(set.homeNetworkPrivateKey)))).toBe(set.homeNetworkKey);
    expect(hex(conceal(profile, msin, octets(set.homeNetworkKey), ephemeral))).toBe(output);
    expect(hex(reveal(profile, octets(output), octets(set.homeNetworkPrivateKey)))).toBe('00012080f6');
  });

  it('is revealed by the home network to be what went in, and differs each time', () => {
    let next = 1;
    const random = (length: number) => Uint8Array.from({ length }, (_, at) => (next++ * 7 + at) & 0xff);
    const input = fc.uint8Array({ minLength: 1, maxLength: 64 });
    const seen = new Set<string | undefined>();
    fc.assert(
      fc.property(input, (plain) => {
        const concealed = conceal(profile, plain, octets(set.homeNetworkKey), newEphemeralKeyPair(profile, random));
        expect(hex(reveal(profile, concealed, octets(set.homeNetworkPrivateKey)))).toBe(hex(plain));
        expect(seen.has(hex(concealed))).toBe(false);
        seen.add(hex(concealed));
      }),
      { numRuns: 30 },
    );
  });

  it('is not revealed once a bit of it changed', () => {
    fc.assert(
      fc.property(fc.nat({ max: output.length * 4 - 1 }), (bit) => {
        const changed = octets(output);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        let revealed: string | undefined;
        try {
          revealed = hex(reveal(profile, changed, octets(set.homeNetworkPrivateKey)));
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_KEY' });
        }
        // X25519 does not look at the highest bit of a point, but the derived keys do.
        expect(revealed).toBeUndefined();
      }),
    );
  });

  it('is not made with a key that is none', () => {
    const none =
      profile === 'profileA'
        ? [new Uint8Array(32), octets('11'.repeat(31))]
        : [octets(`05${'11'.repeat(32)}`), new Uint8Array(33)];
    for (const key of none) {
      expect(() => conceal(profile, msin, key, ephemeral)).toThrow(expect.objectContaining({ code: 'BAD_KEY' }));
    }
    expect(() => reveal(profile, new Uint8Array(39), octets(set.homeNetworkPrivateKey))).toThrow(
      expect.objectContaining({ code: 'BAD_SIZE' }),
    );
    expect(() => publicKeyOf(profile, new Uint8Array(31))).toThrow(expect.objectContaining({ code: 'BAD_KEY' }));
  });
});

it('takes the home network key of profile B uncompressed, too', () => {
  const set = published.profileB;
  const whole = `04${set.homeNetworkKey.slice(2)}5a7ded52fcbb097a4ed250e036c7b9c8c7004c4eedc4f068cd7bf8d3f900e3b4`;
  const ephemeral = { privateKey: octets(set.ephemeralPrivateKey), publicKey: octets(set.ephemeralKey) };
  expect(hex(conceal('profileB', msin, octets(whole), ephemeral))).toBe(
    `${set.ephemeralKey}${set.ciphertext}${set.mac}`,
  );
});
