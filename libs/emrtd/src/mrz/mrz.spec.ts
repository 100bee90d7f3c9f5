import fc from 'fast-check';
import { describeWithFaces, sampleZones } from '../testing/vectors.ts';
import { checkDigit, MrzError, parseMrz } from './index.ts';

const at = new Date('2026-11-28T00:00:00Z');

/** The specimens of ICAO 9303 parts 4, 5 and 6. */
const passport = 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10';
const card = 'I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<';
const olderCard = 'I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6';

describe('a machine readable zone', () => {
  it('of a passport tells who holds it', () => {
    expect(parseMrz(passport, at)).toEqual({
      format: 'TD3',
      lines: passport.split('\n'),
      documentCode: 'P',
      issuer: 'UTO',
      documentNumber: 'L898902C3',
      primaryIdentifier: 'ERIKSSON',
      secondaryIdentifier: 'ANNA MARIA',
      cutOff: { primary: false, secondary: false },
      nationality: 'UTO',
      birthDate: '1974-08-12',
      sex: 'F',
      expiryDate: '2012-04-15',
      optionalData: ['ZE184226B'],
      failedChecks: [],
    });
  });

  it.each([
    ['TD1', card],
    ['TD2', olderCard],
  ])('of a card in format %s tells the same', (format, text) => {
    expect(parseMrz(text, at)).toMatchObject({
      format,
      documentNumber: 'D23145890',
      primaryIdentifier: 'ERIKSSON',
      secondaryIdentifier: 'ANNA MARIA',
      birthDate: '1974-08-12',
      expiryDate: '2012-04-15',
      failedChecks: [],
    });
  });

  it('may come in one row, as a chip has it', () => {
    expect(parseMrz(passport.replace('\n', ''), at)).toEqual(parseMrz(passport, at));
  });

  it('of a card goes on with a long document number in the optional data', () => {
    const first = 'I<UTOD23145890<7349<<<<<<<<<<<';
    const composite = checkDigit(`${first.slice(5)}74081221204159<<<<<<<<<<<`);
    const zone = parseMrz(`${first}\n7408122F1204159UTO<<<<<<<<<<<${composite}\n${'A<<B'.padEnd(30, '<')}`, at);
    expect(zone).toMatchObject({ documentNumber: 'D23145890734', failedChecks: [], optionalData: ['', ''] });
  });

  it('names the fields whose check digits do not fit', () => {
    expect(parseMrz(passport.replace('740812', '740813'), at).failedChecks).toEqual(['birthDate', 'composite']);
    expect(parseMrz(passport.replace('L898902C3', 'L898902C4'), at).failedChecks).toEqual([
      'documentNumber',
      'composite',
    ]);
    expect(parseMrz(passport.replace('ZE184226B', 'ZE184227B'), at).failedChecks).toEqual([
      'optionalData',
      'composite',
    ]);
  });

  it('reads a year as the nearest that makes sense: a birth is past, an expiry at most fifty years ahead', () => {
    const zone = parseMrz(passport.replace('7408122', '2703012').replace('1204159', '4503010'), at);
    expect([zone.birthDate, zone.expiryDate]).toEqual(['1927-03-01', '2045-03-01']);
  });

  it('takes the day for the one that it is in Japan', () => {
    const born = passport.replace('7408122', '2611280');
    expect(parseMrz(born, new Date('2026-11-27T14:59:59Z')).birthDate).toBe('1926-11-28');
    expect(parseMrz(born, new Date('2026-11-27T15:00:00Z')).birthDate).toBe('2026-11-28');
    const leap = passport.replace('7408122', '0002290').replace('1204159', '7602290');
    const { birthDate, expiryDate } = parseMrz(leap, new Date('2028-02-29T12:00:00Z'));
    expect([birthDate, expiryDate]).toEqual(['2000-02-29', '2076-02-29']);
  });

  it('has no day where none is written', () => {
    expect(parseMrz(passport.replace('7408122', '740230<'), at).birthDate).toBeUndefined();
    expect(parseMrz(passport.replace('7408122', '74<<<<2'), at).birthDate).toBeUndefined();
  });

  it('is refused in another size or with other characters', () => {
    const refused = (text: string, code: string) =>
      expect(() => parseMrz(text, at)).toThrow(expect.objectContaining({ name: 'MrzError', code }));
    refused(passport.slice(1), 'MRZ_LENGTH');
    refused('', 'MRZ_LENGTH');
    refused(`${passport.slice(0, 43)}\n${passport.slice(43).replace('\n', '')}`, 'MRZ_LENGTH');
    refused(passport.replace('ANNA', 'Anna'), 'MRZ_CHARACTER');
  });

  it('that is any text is read or refused, and one altered character of a checked field never goes unnoticed', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100, unit: fc.constantFrom(...'ABZ059<\n ') }), (text) => {
        try {
          parseMrz(text, at);
        } catch (error) {
          expect(error).toBeInstanceOf(MrzError);
        }
      }),
    );
    const checked = [...Array(10).keys(), 13, 14, 15, 16, 17, 18, 19, 21, 22, 23, 24, 25, 26];
    fc.assert(
      fc.property(fc.constantFrom(...checked), fc.integer({ min: 1, max: 9 }), (place, shift) => {
        const [first, second = ''] = passport.split('\n');
        const value = Number.parseInt(second[place]!, 36);
        const other = ((value + shift) % 36).toString(36).toUpperCase();
        const altered = second.slice(0, place) + other + second.slice(place + 1);
        // Values that differ by ten have the same check digit: that is the format's own blind spot.
        fc.pre((Number.parseInt(other, 36) - value) % 10 !== 0);
        expect(parseMrz(`${first}\n${altered}`, at).failedChecks).not.toEqual([]);
      }),
    );
  });
});

describeWithFaces('machine readable zones of the development set', () => {
  it('have sound check digits', () => {
    const zones = sampleZones();
    expect(zones.length).toBeGreaterThan(0);
    for (const zone of zones) expect(parseMrz(zone, at).failedChecks).toEqual([]);
  });
});
