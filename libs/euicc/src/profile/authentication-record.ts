import { ARRAY_SIZE, decodeSequenceNumber, encodeSequenceNumber } from '@tegata/aka';
import { integer, octets, optional, sequence, sequenceOf, utf8String } from '@tegata/der';
import { AkaParameterSchema, AlgoParameterSchema } from '@tegata/profile-package';

/** What an application authenticates with, as the package gave it. Does not change after installation. */
export const AuthenticationParametersSchema = sequence(0x30, {
  /** its own, or those of the application it borrows from */
  algorithm: AlgoParameterSchema,
  parameter: AkaParameterSchema,
  /** path of the application it borrows from; absent: the keys are its own */
  lender: optional(utf8String(0x0c)),
});

/** How often the algorithm was run with a key, where its package limits that. */
export const AuthenticationCountSchema = sequence(0x30, { runs: integer(0x80, 0, 0xffffff) });

/** The last SEQ (43 bits, without index, in 6 octets) accepted at each of the 32 indices. */
export const SequenceNumbersSchema = sequenceOf(
  0x30,
  octets(0x80, 6).as(decodeSequenceNumber, encodeSequenceNumber),
  ARRAY_SIZE,
  ARRAY_SIZE,
);
