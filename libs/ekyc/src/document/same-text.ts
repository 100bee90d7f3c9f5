/** Older and newer forms of a character, and characters that print nearly alike; readers and people take one for the other. */
const sameForms: Readonly<Record<string, string>> = {
  ...{
    髙: '高',
    﨑: '崎',
    嵜: '崎',
    邊: '辺',
    邉: '辺',
    齋: '斎',
    齊: '斎',
    斉: '斎',
    澤: '沢',
    濵: '浜',
    濱: '浜',
    廣: '広',
  },
  ...{
    國: '国',
    櫻: '桜',
    眞: '真',
    德: '徳',
    惠: '恵',
    榮: '栄',
    瀨: '瀬',
    嶋: '島',
    嶌: '島',
    𠮷: '吉',
    渕: '淵',
    條: '条',
  },
  ...{
    へ: 'ヘ',
    べ: 'ベ',
    ぺ: 'ペ',
    り: 'リ',
    二: 'ニ',
    口: 'ロ',
    工: 'エ',
    力: 'カ',
    夕: 'タ',
    八: 'ハ',
    一: 'ー',
    '-': 'ー',
  },
};

/**
 * A Japanese name for comparing: half-width kana made full-width (NFKC), blanks and middle dots left out, older forms of characters
 * and look-alikes made one. Hiragana and katakana stay apart: つ is not ツ.
 */
export function foldedName(name: string): string {
  const plain = name.normalize('NFKC').replaceAll(/[\s・.,·]/gu, '');
  return [...plain.toUpperCase()].map((character) => sameForms[character] ?? character).join('');
}

const kanjiDigits = '〇一二三四五六七八九';

/** A number written in kanji, up to 99: 十二 is 12. */
function kanjiNumber(text: string): string {
  if (!text.includes('十')) return [...text].map((digit) => kanjiDigits.indexOf(digit)).join('');
  const [tens = '', ones = ''] = text.split('十');
  const value = (digit: string) => (digit === '' ? 0 : kanjiDigits.indexOf(digit));
  return String((tens === '' ? 1 : value(tens)) * 10 + value(ones));
}

/**
 * An address for comparing: widths made one (NFKC), blanks left out, 丁目, 番地, 番 and 号 as hyphens, numbers in front of them in
 * figures, older forms of characters made one.
 */
export function foldedAddress(address: string): string {
  const plain = address
    .normalize('NFKC')
    .replaceAll(/[\s,、。・.]/gu, '')
    .replaceAll(/[‐‑‒–—―−ー](?=\d)/gu, '-')
    .replaceAll(/[〇一二三四五六七八九十]{1,3}(?=丁目|番|号)/gu, kanjiNumber)
    .replaceAll(/丁目|番地の?|番|号/gu, '-')
    .replaceAll(/-+/g, '-')
    .replaceAll(/-$/g, '');
  return [...plain.toUpperCase()]
    .map((character) => (character === '-' ? '-' : (sameForms[character] ?? character)))
    .join('');
}

/** How many characters have to be put in, left out or changed to make one text of another. */
export function editDistance(one: string, other: string): number {
  const [a, b] = [[...one], [...other]];
  let row = b.map((_, k) => k + 1);
  for (const [i, character] of a.entries()) {
    let [diagonal, left] = [i, i + 1];
    const next: number[] = [];
    for (const [j, against] of b.entries()) {
      left = Math.min(left + 1, row[j]! + 1, diagonal + (character === against ? 0 : 1));
      diagonal = row[j]!;
      next.push(left);
    }
    row = next;
  }
  return row.at(-1) ?? a.length;
}

/** The least edit distance of a text from any stretch of another. */
export function distanceWithin(text: string, longer: string): number {
  const [a, b] = [[...text], [...longer]];
  let row = b.map(() => 0);
  for (const [i, character] of a.entries()) {
    let [diagonal, left] = [i, i + 1];
    const next: number[] = [];
    for (const [j, against] of b.entries()) {
      left = Math.min(left + 1, row[j]! + 1, diagonal + (character === against ? 0 : 1));
      diagonal = row[j]!;
      next.push(left);
    }
    row = next;
  }
  return Math.min(a.length, ...row);
}
