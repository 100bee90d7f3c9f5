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

/** PINConfiguration: one PIN or administrative key of a directory. */
const PinConfigurationSchema = sequence(Universal.SEQUENCE, {
  /** key reference as in VERIFY PIN: 01 the PIN, 81 PIN2, 0A ADM1 */
  keyReference: integer(0x80, 1, 255),
  /** 8 octets; digits are in ASCII, padded with FF */
  pinValue: octets(0x81, 8),
  /** the PUK that unblocks it; none: it cannot be unblocked */
  unblockingPINReference: optional(integer(0x82, 1, 255)),
  /** bit 1 enabled, bit 2 may be changed, bit 3 may be enabled and disabled; default 7 */
  pinAttributes: optional(integer(0x83, 0, 255)),
  /** attempts allowed in the upper nibble, left in the lower; default 33 hex */
  attempts: optional(integer(0x84, 0, 255)),
});

/** PE-PINCodes: the PINs of the directory made last, or the directory whose PINs it shares. */
export const PinCodesSchema = sequence(0xa2, {
  header: PeHeaderSchema,
  pinCodes: explicit(
    0xa1,
    choice({ pinconfig: sequenceOf(0xa0, PinConfigurationSchema, 1, 26), filePath: octets(0x81, 0, 8) }),
  ),
});

const PukConfigurationSchema = sequence(Universal.SEQUENCE, {
  keyReference: integer(0x80, 1, 255),
  /** 8 octets: 8 digits in ASCII */
  pukValue: octets(0x81, 8),
  /** as for PINs; default AA hex */
  attempts: optional(integer(0x82, 0, 255)),
});

/** PE-PUKCodes: all PUKs of the package. */
export const PukCodesSchema = sequence(0xa3, {
  header: PeHeaderSchema,
  pukCodes: sequenceOf(0xa1, PukConfigurationSchema, 1, 16),
});

export type PinConfiguration = Decoded<typeof PinConfigurationSchema>;
export type PinCodes = Decoded<typeof PinCodesSchema>;

export const PIN_ATTRIBUTES_DEFAULT = 7;
export const PIN_ATTEMPTS_DEFAULT = 0x33;
export const PUK_ATTEMPTS_DEFAULT = 0xaa;
