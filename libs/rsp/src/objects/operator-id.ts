import { type Decoded, octets, optional, sequence } from '@tegata/der';
import { plmn } from './elements.ts';

/** OperatorID (SGP.22 section 2.4.4); the tag is that of an element of a list. */
export const OperatorId = sequence(0x30, {
  mccMnc: plmn(0x80),
  gid1: optional(octets(0x81)),
  gid2: optional(octets(0x82)),
});
export type OperatorId = Decoded<typeof OperatorId>;
