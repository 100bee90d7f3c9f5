import { brainpoolP256r1, brainpoolP384r1, brainpoolP512r1 } from '@noble/curves/misc.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';

/** What is needed of a curve. node:crypto has ECDH, but neither the sum of points nor another generator. */
type Curve = typeof p256;
export type Point = InstanceType<Curve['Point']>;

/** An elliptic curve by its number in ICAO 9303-11 table 6. */
export interface DomainParameters {
  readonly id: number;
  readonly name: string;
  readonly generator: Point;
  readonly order: bigint;
  /** octets of a coordinate */
  readonly coordinateOctets: number;
  /** @returns undefined for octets that are no point of the curve, and for the point at infinity */
  point(uncompressed: Uint8Array): Point | undefined;
}

function parameters(id: number, name: string, { Point: P }: Curve): DomainParameters {
  const coordinateOctets = P.Fp.BYTES;
  return {
    id,
    name,
    generator: P.BASE,
    order: P.Fn.ORDER,
    coordinateOctets,
    point(uncompressed) {
      if (uncompressed.length !== 1 + 2 * coordinateOctets || uncompressed[0] !== 0x04) return undefined;
      try {
        const point = P.fromBytes(Uint8Array.from(uncompressed));
        point.assertValidity();
        return point;
      } catch {
        return undefined;
      }
    },
  };
}

/** Curves of 256 bits and more. Smaller ones (192, 224 bits) and brainpoolP320r1 are not offered. */
export const standardizedDomainParameters: ReadonlyMap<number, DomainParameters> = new Map(
  [
    parameters(12, 'secp256r1', p256),
    parameters(13, 'brainpoolP256r1', brainpoolP256r1),
    parameters(15, 'secp384r1', p384),
    parameters(16, 'brainpoolP384r1', brainpoolP384r1),
    parameters(17, 'brainpoolP512r1', brainpoolP512r1),
    parameters(18, 'secp521r1', p521),
  ].map((one) => [one.id, one]),
);
