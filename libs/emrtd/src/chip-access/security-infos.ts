import { integer, objectIdentifier, optional, sequence, sequenceOf } from '@tegata/der';
import { anyObject } from '../passive-authentication/algorithms.ts';
import { readFile } from '../reading.ts';
import { aes, type CipherSuite, tripleDes } from './cipher-suite.ts';
import { type DomainParameters, standardizedDomainParameters } from './domain-parameters.ts';

/** SecurityInfo, ICAO 9303-11 section 9.2. */
const SecurityInfo = sequence(0x30, {
  protocol: objectIdentifier(0x06),
  required: anyObject,
  optional: optional(anyObject),
});
export const SecurityInfos = sequenceOf(0x31, SecurityInfo, 0, 64);
/** PACEInfo, section 9.2.1. */
const PaceInfo = sequence(0x30, {
  protocol: objectIdentifier(0x06),
  version: integer(0x02, 2, 2),
  parameterId: optional(integer(0x02, 0, 255)),
});

/** id-PACE-ECDH-GM: PACE with generic mapping on elliptic curves, best first (BSI TR-03110-3 section A.1.1.1). */
const ecdhGenericMapping = '0.4.0.127.0.7.2.2.4.2';
export const paceSuites: readonly (readonly [oid: string, suite: CipherSuite])[] = [
  [`${ecdhGenericMapping}.4`, aes(256)],
  [`${ecdhGenericMapping}.3`, aes(192)],
  [`${ecdhGenericMapping}.2`, aes(128)],
  [`${ecdhGenericMapping}.1`, tripleDes],
];

/** One way of doing PACE that a chip offers and this library knows. */
export interface PaceProtocol {
  readonly oid: string;
  readonly suite: CipherSuite;
  readonly parameters: DomainParameters;
}

/**
 * The ways of doing PACE in EF.CardAccess that are known here, best first. Others, and other SecurityInfos, are passed over.
 * @throws EmrtdRefusal `CHIP_FILE_MALFORMED`
 */
export function readCardAccess(file: Uint8Array): readonly PaceProtocol[] {
  const infos = readFile('EF.CardAccess', file, (octets) => SecurityInfos.decode(octets));
  const offered = infos.filter(({ protocol }) => paceSuites.some(([oid]) => oid === protocol));
  const protocols = offered.flatMap(({ raw }): PaceProtocol[] => {
    const { protocol: oid, parameterId = -1 } = readFile('EF.CardAccess', raw, (octets) => PaceInfo.decode(octets));
    const parameters = standardizedDomainParameters.get(parameterId);
    const suite = paceSuites.find(([known]) => known === oid)?.[1];
    return parameters && suite ? [{ oid, suite, parameters }] : [];
  });
  const rank = ({ oid }: PaceProtocol) => paceSuites.findIndex(([known]) => known === oid);
  return protocols.toSorted((one, other) => rank(one) - rank(other));
}
