import { integer, objectIdentifier, optional, sequence, sequenceOf } from '@tegata/der';
import { aes, type CipherSuite, tripleDes } from '../chip-access/cipher-suite.ts';
import { type DomainParameters, type Point, standardizedDomainParameters } from '../chip-access/domain-parameters.ts';
import { SecurityInfos } from '../chip-access/security-infos.ts';
import { EmrtdRefusal } from '../emrtd-refusal.ts';
import { anyObject, publicKeyOf } from '../passive-authentication/algorithms.ts';
import { bitOctets } from '../passive-authentication/bit-octets.ts';
import { readFile } from '../reading.ts';

/** id-CA-ECDH: chip authentication on elliptic curves, best first (ICAO 9303-11 section 9.2.5, BSI TR-03110-3 A.1.1.2). */
const ecdh = '0.4.0.127.0.7.2.2.3.2';
export const chipAuthenticationSuites: readonly (readonly [oid: string, suite: CipherSuite])[] = [
  [`${ecdh}.4`, aes(256)],
  [`${ecdh}.3`, aes(192)],
  [`${ecdh}.2`, aes(128)],
  [`${ecdh}.1`, tripleDes],
];
/** id-PK-ECDH (section 9.2.6): the chip's key. */
export const ecdhPublicKey = '0.4.0.127.0.7.2.2.1.2';

const keyIdentifier = integer(0x02, 0, 0x7fff_ffff);
/** ChipAuthenticationInfo. */
const ChipAuthenticationInfo = sequence(0x30, {
  protocol: objectIdentifier(0x06),
  version: integer(0x02, 1, 1),
  keyId: optional(keyIdentifier),
});
/** ChipAuthenticationPublicKeyInfo. */
const ChipAuthenticationPublicKeyInfo = sequence(0x30, {
  protocol: objectIdentifier(0x06),
  publicKey: anyObject,
  keyId: optional(keyIdentifier),
});
/** SubjectPublicKeyInfo, of which the point is what is needed here. */
const SubjectPublicKeyInfo = sequence(0x30, { algorithm: anyObject, point: bitOctets(0x03) });
/** DG14 (ICAO 9303-10 section 4.7.14). */
const DataGroup14 = sequenceOf(0x6e, SecurityInfos, 1, 1);

/** Curves by their names in OpenSSL. */
const numbers: Readonly<Record<string, number>> = {
  prime256v1: 12,
  brainpoolP256r1: 13,
  secp384r1: 15,
  brainpoolP384r1: 16,
  brainpoolP512r1: 17,
  secp521r1: 18,
};

/** One way of chip authentication that a chip offers and this library knows. */
export interface ChipAuthenticationKey {
  readonly oid: string;
  readonly suite: CipherSuite;
  readonly parameters: DomainParameters;
  readonly publicKey: Point;
  /** which of several keys of the chip */
  readonly keyId: number | undefined;
}

/**
 * The ways of chip authentication in DG14 that are known here, best first. Others, and other SecurityInfos, are passed over. That
 * the group was signed is for passive authentication to say.
 * @throws EmrtdRefusal `CHIP_FILE_MALFORMED`
 */
export function chipAuthenticationKeys(dg14: Uint8Array): readonly ChipAuthenticationKey[] {
  const [infos = []] = readFile('DG14', dg14, (octets) => DataGroup14.decode(octets));
  const keys = infos
    .filter(({ protocol }) => protocol === ecdhPublicKey)
    .map(({ raw }) => readFile('DG14', raw, (octets) => ChipAuthenticationPublicKeyInfo.decode(octets)));
  const ways = infos
    .filter(({ protocol }) => chipAuthenticationSuites.some(([oid]) => oid === protocol))
    .map(({ raw }) => readFile('DG14', raw, (octets) => ChipAuthenticationInfo.decode(octets)));
  return chipAuthenticationSuites.flatMap(([oid, suite]) =>
    ways
      .filter(({ protocol }) => protocol === oid)
      .flatMap(({ keyId }) => {
        const own = keys.find((key) => key.keyId === keyId) ?? (keys.length === 1 ? keys[0] : undefined);
        const point = own && pointOf(own.publicKey);
        return point ? [{ oid, suite, ...point, keyId }] : [];
      }),
  );
}

/** @returns undefined for a key on a curve that is not known here, and for one that is no point of its curve */
function pointOf(info: Uint8Array): Pick<ChipAuthenticationKey, 'parameters' | 'publicKey'> | undefined {
  const { point } = readFile('DG14', info, (octets) => SubjectPublicKeyInfo.decode(octets));
  const parameters = standardizedDomainParameters.get(numbers[curveOf(info) ?? ''] ?? -1);
  const publicKey = parameters?.point(point);
  return parameters && publicKey ? { parameters, publicKey } : undefined;
}

/** The name of a curve, which a key may give with all its parameters. */
function curveOf(info: Uint8Array): string | undefined {
  try {
    return publicKeyOf(info).asymmetricKeyDetails?.namedCurve;
  } catch (error) {
    if (error instanceof EmrtdRefusal) return undefined;
    throw error;
  }
}
