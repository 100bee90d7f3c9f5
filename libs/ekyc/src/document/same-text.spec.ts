import fc from 'fast-check';
import { distanceWithin, editDistance, foldedAddress, foldedName } from './same-text.ts';

describe('texts for comparing', () => {
  it('have widths, blanks, middle dots and older forms of characters made one', () => {
    expect(foldedName('髙﨑　ﾏﾘｱ・ルイーズ')).toBe(foldedName('高崎マリアルイ-ズ'));
    expect(foldedName('関所 美央')).not.toBe(foldedName('関所 奈央'));
  });

  it('have the ways of writing the number of a house made one', () => {
    const one = foldedAddress('東京都千代田区霞が関2-1-2');
    for (const other of [
      '東京都千代田区霞が関二丁目1番2号',
      '東京都千代田区霞が関２丁目１番地２',
      '東京都 千代田区 霞が関2－1－2',
    ]) {
      expect(foldedAddress(other)).toBe(one);
    }
    expect(foldedAddress('港区芝浦十二丁目')).toBe(foldedAddress('港区芝浦12'));
  });

  it('stay what they are when folded again', () => {
    const text = fc.string({ unit: fc.constantFrom(...'東京都一二十丁目番地号1２-－ーｱか髙AB ・') });
    fc.assert(fc.property(text, (some) => expect(foldedName(foldedName(some))).toBe(foldedName(some))));
  });

  it('are as far apart as characters have to be changed', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect([editDistance('', 'abc'), editDistance('abc', '')]).toEqual([3, 3]);
    const text = fc.string({ unit: fc.constantFrom(...'abc'), maxLength: 8 });
    fc.assert(
      fc.property(text, text, (one, other) => {
        const distance = editDistance(one, other);
        expect(distance).toBe(editDistance(other, one));
        expect(distance === 0).toBe(one === other);
        expect(distance).toBeLessThanOrEqual(Math.max(one.length, other.length));
        expect(distanceWithin(one, other)).toBeLessThanOrEqual(distance);
        expect(distanceWithin(one, `xx${one}yy`)).toBe(0);
      }),
    );
  });
});
