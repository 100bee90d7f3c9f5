import { DerError } from '@tegata/der';

/**
 * The tags of a tag list (tag 5C): octets of tags, one after the other, without lengths.
 *
 * @throws DerError `TRUNCATED`, `BAD_TAG`
 */
export function parseTagList(value: Uint8Array): number[] {
  const tags: number[] = [];
  let tag = 0;
  let continues = false;
  for (const octet of value) {
    tag = tag * 0x100 + octet;
    if (tag > 0xff_ffff) throw new DerError('BAD_TAG', 'tag in the list is too long');
    continues = continues ? octet >= 0x80 : (octet & 0x1f) === 0x1f;
    if (continues) continue;
    tags.push(tag);
    tag = 0;
  }
  if (continues) throw new DerError('TRUNCATED', 'tag list is cut off');
  return tags;
}

/** The value of a tag list. */
export function printTagList(tags: readonly number[]): Uint8Array {
  const digits = tags.map((tag) => tag.toString(16)).map((hex) => hex.padStart(hex.length + (hex.length % 2), '0'));
  return Buffer.from(digits.join(''), 'hex');
}
