import { boolean, type Decoded, integer, octets, optional, sequence } from '@tegata/der';

/** Octets of a PIN or PUK on the card: digits in ASCII, padded with FF. */
export const CODE_OCTETS = 8;

/** A PIN or administrative key of one directory (ETSI TS 102 221 section 9.5). */
export const PinSchema = sequence(0x30, {
  value: octets(0x80, CODE_OCTETS),
  /** when disabled, whatever needs the PIN is allowed without */
  enabled: boolean(0x81),
  changeable: boolean(0x82),
  /** may be enabled and disabled */
  switchable: boolean(0x83),
  triesMaximum: integer(0x84, 0, 15),
  triesLeft: integer(0x85, 0, 15),
  /** reference of the PUK; none: it cannot be unblocked */
  unblockedBy: optional(integer(0x86, 1, 255)),
});
export type Pin = Omit<Decoded<typeof PinSchema>, 'raw' | 'extensions'>;

/** An unblock code. */
export const PukSchema = sequence(0x30, {
  value: octets(0x80, CODE_OCTETS),
  triesMaximum: integer(0x81, 0, 15),
  triesLeft: integer(0x82, 0, 15),
});
export type Puk = Omit<Decoded<typeof PukSchema>, 'raw' | 'extensions'>;
