import { DerError, Primitive } from '@tegata/der';

/** BIT STRING of whole octets, as those octets. */
export const bitOctets = (tag: number): Primitive<Uint8Array> =>
  new Primitive(
    tag,
    (content) => {
      if (content[0] !== 0) throw new DerError('BAD_VALUE', 'BIT STRING is no whole octets');
      return content.subarray(1);
    },
    (value) => Buffer.concat([Buffer.of(0), value]),
  );
