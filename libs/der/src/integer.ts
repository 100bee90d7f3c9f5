import { DerError } from './der-error.ts';

/** Most content octets of an INTEGER that is read as a bigint: beyond any serial number, modulus or counter in use. */
const MAXIMUM_OCTETS = 1024;

/**
 * The value of INTEGER content octets, of any size.
 *
 * @throws DerError `BAD_VALUE` when empty or longer than needed, `OUT_OF_RANGE` above 1024 octets
 */
export function decodeBigInteger(content: Uint8Array): bigint {
  requireShortest(content);
  if (content.length > MAXIMUM_OCTETS) throw new DerError('OUT_OF_RANGE', 'INTEGER is too large');
  const unsigned = BigInt(`0x${Buffer.from(content).toString('hex')}`);
  return BigInt.asIntN(8 * content.length, unsigned);
}

/**
 * The value of INTEGER content octets as a number.
 *
 * @throws DerError `BAD_VALUE` when empty or longer than needed, `OUT_OF_RANGE` beyond ±(2^53 - 1)
 */
export function decodeInteger(content: Uint8Array): number {
  requireShortest(content);
  if (content.length > 7) throw new DerError('OUT_OF_RANGE', 'INTEGER is too large');
  let value = (content[0] ?? 0) >= 0x80 ? -1 : 0;
  for (const octet of content) value = value * 0x100 + octet;
  if (!Number.isSafeInteger(value)) throw new DerError('OUT_OF_RANGE', 'INTEGER is too large');
  return value;
}

/**
 * The content octets of an INTEGER, in the shortest two's complement form.
 *
 * @throws DerError `BAD_VALUE` for a number that is not a safe integer
 */
export function encodeInteger(value: number | bigint): Uint8Array {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new DerError('BAD_VALUE', 'not a safe integer');
    if (value >= -0x80 && value <= 0x7f) return Uint8Array.of(value & 0xff);
  }
  const wide = BigInt(value);
  // Bits of the magnitude, and one for the sign.
  const bits = (wide < 0n ? -wide - 1n : wide).toString(2).length + 1;
  const octets = Math.ceil(bits / 8);
  const hex = BigInt.asUintN(8 * octets, wide).toString(16);
  return Buffer.from(hex.padStart(2 * octets, '0'), 'hex');
}

function requireShortest(content: Uint8Array): void {
  const [first, second] = content;
  if (first === undefined) throw new DerError('BAD_VALUE', 'INTEGER without content');
  if (second === undefined) return;
  const redundant = (first === 0x00 && second < 0x80) || (first === 0xff && second >= 0x80);
  if (redundant) throw new DerError('BAD_VALUE', 'INTEGER is longer than needed');
}
