import { cutOffNames, mrzName, namesAgree } from './mrz-name.ts';

describe('names in a machine readable zone', () => {
  it('are spelt in its letters', () => {
    expect(mrzName('van der Berg')).toBe('VAN<DER<BERG');
    expect(mrzName("O'Connor")).toBe('OCONNOR');
    expect(mrzName('Müller-Łukasz')).toBe('MUELLER<LUKASZ');
    expect(mrzName(' José ')).toBe('JOSE');
  });

  it.each([
    ['Tegata', 'TEGATA'],
    ['Müller', 'MUELLER'],
    ['Müller', 'MULLER'],
    ['Jean-Pierre', 'JEAN PIERRE'],
    ["D'Artagnan", 'DARTAGNAN'],
    ['Strauß', 'STRAUSS'],
  ])('%s agrees with %s', (name, zone) => {
    expect(namesAgree(name, zone, false)).toBe(true);
  });

  it('disagree when a letter differs, and when a part is missing, unless the line was full', () => {
    expect(namesAgree('Tegate', 'TEGATA', false)).toBe(false);
    expect(namesAgree('Anna Maria Elisabeth', 'ANNA MARIA ELI', false)).toBe(false);
    expect(namesAgree('Anna Maria Elisabeth', 'ANNA MARIA ELI', true)).toBe(true);
    expect(namesAgree('Anna', '', true)).toBe(false);
  });

  it('are cut off at the end of a full line, and a family name before given ones where it is a long one', () => {
    expect(cutOffNames('LI', 'ANNA', false)).toEqual({ primary: false, secondary: false });
    expect(cutOffNames('LI', 'ANNA MARIA', true)).toEqual({ primary: false, secondary: true });
    expect(cutOffNames('BENNELONG WOOLOOMOOLOO WARRANDYTE W', 'DI', true).primary).toBe(true);
    expect(cutOffNames('PAPANDROPOULOUS', '', true).primary).toBe(true);
  });

  it('can not be compared in other writing', () => {
    for (const name of ['手形', 'Тегата', '手形 Tegata', '', '12'])
      expect(namesAgree(name, 'TEGATA', false)).toBeUndefined();
  });
});
