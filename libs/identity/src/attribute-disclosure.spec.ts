import { createHash, randomBytes } from 'node:crypto';
import { encodeTlv } from '@tegata/der';
import fc from 'fast-check';
import {
  type AttributeOpening,
  attributeDigest,
  canonicalValue,
  checkDisclosure,
  openAttribute,
} from './attribute-disclosure.ts';

const opening = (name: string, value: string): AttributeOpening => ({ name, value, salt: randomBytes(16) });
const digestsOf = (openings: readonly AttributeOpening[]) =>
  new Map(openings.map((attribute) => [attribute.name, attributeDigest(attribute)]));

describe('attributes', () => {
  test('are believed when they are as certified, each by itself', () => {
    const name = opening('family_name', 'Aozora');
    const birth = opening('birth_date', '1990-04-01');
    const digests = digestsOf([name, birth]);
    expect(checkDisclosure(digests, [birth])).toEqual({
      verified: new Map([['birth_date', '1990-04-01']]),
      refused: [],
    });
    expect(checkDisclosure(digests, [])).toEqual({ verified: new Map(), refused: [] });
  });

  test('are not believed with another value, salt or name', () => {
    const birth = opening('birth_date', '1990-04-01');
    const digests = digestsOf([birth, opening('address', 'somewhere')]);
    const refused = (change: Partial<AttributeOpening>) =>
      checkDisclosure(digests, [{ ...birth, ...change }]).refused[0]?.code;
    expect(refused({ value: '1990-04-02' })).toBe('ATTRIBUTE_DIGEST_MISMATCH');
    expect(refused({ salt: randomBytes(16) })).toBe('ATTRIBUTE_DIGEST_MISMATCH');
    expect(refused({ name: 'address' })).toBe('ATTRIBUTE_DIGEST_MISMATCH');
    expect(refused({ name: 'given_name' })).toBe('ATTRIBUTE_NOT_CERTIFIED');
    expect(refused({ salt: randomBytes(17) })).toBe('ATTRIBUTE_MALFORMED');
    expect(refused({ value: 'x'.repeat(401) })).toBe('ATTRIBUTE_MALFORMED');
    // Eighteen characters each in the form that is digested.
    expect(refused({ value: '\ufdfa'.repeat(23) })).toBe('ATTRIBUTE_MALFORMED');
  });

  test('shown twice are not believed at all', () => {
    const birth = opening('birth_date', '1990-04-01');
    const { verified, refused } = checkDisclosure(digestsOf([birth]), [birth, { ...birth, value: '2000-01-01' }]);
    expect(verified.size).toBe(0);
    expect(refused).toEqual([{ name: 'birth_date', code: 'ATTRIBUTE_MALFORMED' }]);
  });

  test('are the same in full-width and half-width forms and whatever the white space', () => {
    const salt = randomBytes(16);
    const forms = ['ｱｵｿﾞﾗ Taro', ' アオゾラ　Taro ', 'アオゾラ \t Ｔａｒｏ'];
    const digests = forms.map((value) => Buffer.from(attributeDigest({ name: 'n', value, salt })).toString('hex'));
    expect(new Set(digests).size).toBe(1);
    expect(openAttribute({ name: 'n', value: forms[0] ?? '', salt }).value).toBe('アオゾラ Taro');
    expect(canonicalValue('taro')).not.toBe(canonicalValue('Taro'));
  });

  test('have the digest that docs/certificate-profile.md describes', () => {
    const salt = Buffer.alloc(16, 7);
    const parts = [
      encodeTlv(0x04, salt),
      encodeTlv(0x0c, Buffer.from('birth_date')),
      encodeTlv(0x0c, Buffer.from('1990-04-01')),
    ];
    const digest = createHash('sha256')
      .update(encodeTlv(0x30, ...parts))
      .digest();
    expect(attributeDigest({ name: 'birth_date', value: '1990-04-01', salt })).toEqual(digest);
  });

  test('have different digests whenever name, canonical value or salt differ', () => {
    const attribute = fc.record({
      name: fc.string({ minLength: 1, maxLength: 5 }),
      value: fc.string({ maxLength: 5 }),
      salt: fc.uint8Array({ minLength: 16, maxLength: 16, max: 1 }),
    });
    const key = ({ name, value, salt }: AttributeOpening) => JSON.stringify([name, canonicalValue(value), [...salt]]);
    fc.assert(
      fc.property(attribute, attribute, (a, b) => {
        expect(Buffer.compare(attributeDigest(a), attributeDigest(b)) === 0).toBe(key(a) === key(b));
      }),
    );
  });
});
