import {
  choice,
  type Decoded,
  explicit,
  integer,
  octets,
  optional,
  sequence,
  sequenceOf,
  Universal,
} from '@tegata/der';
import { PeHeaderSchema } from './profile-header.ts';

/** algorithmID of AlgoParameter. */
export const ALGORITHM = { milenage: 1, tuak: 2, usimTestAlgorithm: 3 } as const;

/** AlgoParameter: algorithm and keys of one application. */
export const AlgoParameterSchema = sequence(0xa1, {
  algorithmID: integer(0x80, 0, 255),
  /** length of RES: 01 for 64 bits (Milenage), 02 for 128 */
  algorithmOptions: octets(0x81, 1),
  /** K: 16 octets (32 with TUAK at its longer key) */
  key: octets(0x82),
  /** OPc or TOPc */
  opc: octets(0x83),
  /** r1..r5 of Milenage, default 4000204060 */
  rotationConstants: optional(octets(0x84, 5)),
  /** c1..c5 of Milenage */
  xoringConstants: optional(octets(0x85, 80)),
  authCounterMax: optional(octets(0x86, 3)),
  numberOfKeccak: optional(integer(0x87, 0, 255)),
});

/** PE-AKAParameter: authentication of the application made last. */
export const AkaParameterSchema = sequence(0xa4, {
  header: PeHeaderSchema,
  algoConfiguration: explicit(
    0xa1,
    choice({
      /** the parameters are those of another application */
      mappingParameter: sequence(0xa0, { mappingOptions: octets(0x80, 1), mappingSource: octets(0x81, 5, 16) }),
      algoParameter: AlgoParameterSchema,
    }),
  ),
  sqnOptions: optional(octets(0x82, 1)),
  /** differences of SEQ, without index */
  sqnDelta: optional(octets(0x83, 6)),
  sqnAgeLimit: optional(octets(0x84, 6)),
  /** 32 values of SEQ, without index */
  sqnInit: optional(sequenceOf(0xa5, octets(Universal.OCTET_STRING, 6), 32, 32)),
});

/** PE-CDMAParameter: keys of a CSIM. */
export const CdmaParameterSchema = sequence(0xa5, {
  header: PeHeaderSchema,
  authenticationKey: octets(0x81, 8),
  ssd: optional(octets(0x82, 16)),
  hrpdAccessAuthenticationData: optional(octets(0x83, 2, 32)),
  simpleIPAuthenticationData: optional(octets(0x84, 3, 483)),
  mobileIPAuthenticationData: optional(octets(0x85, 5, 957)),
});

export type AlgoParameter = Decoded<typeof AlgoParameterSchema>;
export type AkaParameter = Decoded<typeof AkaParameterSchema>;
export type CdmaParameter = Decoded<typeof CdmaParameterSchema>;
