import { DerError } from './der-error.ts';

/** Longest content accepted, in octets: far above 2.25.<UUID> (20 octets) and any registered identifier. */
const MAXIMUM_OCTETS = 256;
const TEXT = /^[0-2](\.(0|[1-9][0-9]*))+$/;

/**
 * The dotted form of OBJECT IDENTIFIER content octets. Arcs may be of any size (2.25.<UUID> has one of 128 bits).
 *
 * @throws DerError `BAD_VALUE` when empty, cut off or with padded arcs, `OUT_OF_RANGE` above 256 octets
 */
export function decodeObjectIdentifier(content: Uint8Array): string {
  if (content.length === 0) throw new DerError('BAD_VALUE', 'OBJECT IDENTIFIER without content');
  if (content.length > MAXIMUM_OCTETS) throw new DerError('OUT_OF_RANGE', 'OBJECT IDENTIFIER is too long');
  let text = '';
  let value: number | bigint = 0;
  let begins = true;
  for (const octet of content) {
    if (begins && octet === 0x80) throw new DerError('BAD_VALUE', 'arc has leading zeros');
    const bits: number = octet & 0x7f;
    // Stay with numbers until another seven bits could leave their safe range.
    if (typeof value === 'number' && value < 2 ** 45) value = value * 0x80 + bits;
    else value = BigInt(value) * 0x80n + BigInt(bits);
    begins = octet < 0x80;
    if (!begins) continue;
    if (text === '') {
      const root = value < 40 ? 0 : value < 80 ? 1 : 2;
      const rest = typeof value === 'number' ? value - 40 * root : value - BigInt(40 * root);
      text = `${root}.${rest}`;
    } else {
      text += `.${value}`;
    }
    value = 0;
  }
  if (!begins) throw new DerError('BAD_VALUE', 'arc is cut off');
  return text;
}

/**
 * OBJECT IDENTIFIER content octets of a dotted form.
 *
 * @throws DerError `BAD_VALUE` for text that is no object identifier, `OUT_OF_RANGE` above 256 octets
 */
export function encodeObjectIdentifier(text: string): Uint8Array {
  if (text.length > 4 * MAXIMUM_OCTETS || !TEXT.test(text)) throw new DerError('BAD_VALUE', 'not a dotted identifier');
  const [root = 0n, second = 0n, ...others] = text.split('.').map(BigInt);
  if (root < 2n && second >= 40n) throw new DerError('BAD_VALUE', 'second arc under 0 and 1 is below 40');
  const octets = [root * 40n + second, ...others].flatMap(encodeArc);
  if (octets.length > MAXIMUM_OCTETS) throw new DerError('OUT_OF_RANGE', 'OBJECT IDENTIFIER is too long');
  return Uint8Array.from(octets);
}

/** Whether `text` is the dotted form of an object identifier. */
export function isObjectIdentifier(text: string): boolean {
  try {
    encodeObjectIdentifier(text);
    return true;
  } catch (error) {
    if (error instanceof DerError) return false;
    throw error;
  }
}

function encodeArc(arc: bigint): number[] {
  const octets = [Number(arc & 0x7fn)];
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) octets.unshift(Number(rest & 0x7fn) | 0x80);
  return octets;
}
