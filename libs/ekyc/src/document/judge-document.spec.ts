import { legiblePicture } from '@tegata/document-picture/testing';
import fc from 'fast-check';
import { REASONS } from '../reasons.ts';
import type { DeclaredIdentity } from './declared-identity.ts';
import type { DocumentReading } from './document-reading.ts';
import { judgeDocument } from './judge-document.ts';
import { licenceCheckDigit } from './licence-number.ts';
import type { PrintedFields } from './printed-fields.ts';
import type { MrzReading } from './read-mrz.ts';

const at = new Date('2026-11-28T00:00:00Z');

// ICAO 9303-4's specimen with an expiry that has not come: check digits of 2031-04-15
const lines = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F3104154<<<<<<<<<<<<<<06'];
const print = ['UTOPIA', 'PASSPORT', 'L898902C3', 'ERIKSSON', 'ANNA MARIA', '12 AUG 1974', '15 APR 2031'];
const eriksson: DeclaredIdentity = { familyName: 'Eriksson', givenName: 'Anna Maria', birthDate: '1974-08-12' };

const zone = (changed: Partial<MrzReading> = {}): MrzReading => ({
  format: 'TD3',
  templates: { lines, sound: true, correlation: 0.98, repaired: 0 },
  tesseract: { lines, sound: true },
  differing: [],
  upsideDown: false,
  top: 700,
  ...changed,
});

const passport = (changed: Partial<DocumentReading> = {}): DocumentReading => ({
  picture: legiblePicture,
  type: 'passport',
  numberSide: false,
  mrz: zone(),
  printed: {},
  printedText: print,
  models: 'none',
  ...changed,
});

const sekisho: DeclaredIdentity = {
  familyName: '関所',
  givenName: '美央',
  birthDate: '1991-11-03',
  address: '東京都千代田区霞が関9-8-7',
};
const field = (value: string, confidence = 92) => ({ value, confidence });
const fields: PrintedFields = {
  name: field('関所美央'),
  birthDate: field('1991-11-03'),
  address: field('東京都千代田区霞が関9-8-7'),
  issueDate: field('2024-02-14'),
  expiryDate: field('2029-03-14'),
  number: field(`3023456789${licenceCheckDigit('3023456789')}0`),
};
const licence = (changed: Partial<PrintedFields> = {}): DocumentReading => ({
  ...passport({ type: 'driving-licence', mrz: undefined, printedText: [] }),
  printed: { ...fields, ...changed },
});

const outcome = (reading: DocumentReading, declared: DeclaredIdentity, when = at) => {
  const judgement = judgeDocument(reading, declared, when);
  return [judgement.outcome, ...judgement.reasons.map(({ code }) => code)];
};

describe('a passport', () => {
  it('is accepted when it says what was typed, and vouches for name and date of birth, not for an address', () => {
    const { outcome: end, reasons, confirmed } = judgeDocument(passport(), { ...eriksson, address: '1-1 Sekisho' }, at);
    expect([end, reasons]).toEqual(['accepted', []]);
    expect(confirmed).toEqual(eriksson);
  });

  it('vouches in its own spelling for a name that was typed in other letters', () => {
    const { outcome: end, confirmed } = judgeDocument(passport(), { ...eriksson, familyName: 'エリクソン' }, at);
    expect([end, confirmed.familyName]).toEqual(['accepted', 'ERIKSSON']);
  });

  it('vouches for no more of a name than its line has room for', () => {
    const full = 'P<UTOERIKSSON<<ANNA<MARIA<ELISABETH<CHARLOTT';
    const longer = passport({
      mrz: zone({
        templates: { lines: [full, lines[1]!], sound: true, correlation: 0.98, repaired: 0 },
        tesseract: { lines: [full, lines[1]!], sound: true },
      }),
    });
    const typed = { ...eriksson, givenName: 'Anna Maria Elisabeth Charlotte' };
    expect(judgeDocument(longer, typed, at)).toMatchObject({
      outcome: 'accepted',
      confirmed: { familyName: 'Eriksson', givenName: 'ANNA MARIA ELISABETH CHARLOTT' },
    });
    expect(outcome(longer, { ...typed, familyName: 'Erikssonsdotter' })).toEqual(['refused', 'DOCUMENT_NAME_DIFFERS']);
  });

  it.each<[string, string[], DeclaredIdentity]>([
    ['another family name', ['refused', 'DOCUMENT_NAME_DIFFERS'], { ...eriksson, familyName: 'Himitsuyama' }],
    ['another given name', ['refused', 'DOCUMENT_NAME_DIFFERS'], { ...eriksson, givenName: 'Hanako' }],
    ['a letter of the name otherwise', ['review', 'DOCUMENT_NAME_UNCERTAIN'], { ...eriksson, familyName: 'Erikssen' }],
    ['another date of birth', ['refused', 'DOCUMENT_BIRTH_DATE_DIFFERS'], { ...eriksson, birthDate: '1974-08-13' }],
  ])('does not fit an applicant who typed %s', (_, told, typed) => expect(outcome(passport(), typed)).toEqual(told));

  it('is in force up to the day of its expiry in Japan by the clock that is passed in', () => {
    expect(outcome(passport(), eriksson, new Date('2031-04-15T14:59:59Z'))).toEqual(['accepted']);
    expect(outcome(passport(), eriksson, new Date('2031-04-15T15:00:00Z'))).toEqual(['refused', 'DOCUMENT_EXPIRED']);
  });

  it('whose check digits are wrong is refused when both readers read the same, else photographed again', () => {
    const altered = [lines[0]!, lines[1]!.replace('740812', '740813')];
    const templates = { lines: altered, sound: false, correlation: 0.98, repaired: 0 };
    const same = zone({ templates, tesseract: { lines: altered, sound: false } });
    expect(outcome(passport({ mrz: same }), eriksson)).toEqual(['refused', 'DOCUMENT_CHECK_DIGIT_WRONG']);
    const other = zone({ templates, differing: [{ line: 1, at: 18 }] });
    expect(outcome(passport({ mrz: other }), eriksson)).toEqual(['recapture', 'DOCUMENT_MRZ_UNCERTAIN']);
  });

  it('is photographed again when the second reader sees nothing, or reads otherwise in many places', () => {
    const differing = [0, 1, 2].map((place) => ({ line: 1, at: place }));
    for (const mrz of [zone({ tesseract: undefined }), zone({ differing })]) {
      expect(outcome(passport({ mrz }), eriksson)).toEqual(['recapture', 'DOCUMENT_MRZ_UNCERTAIN']);
    }
  });

  it('where check digits can not tell two readings apart is decided by what is printed', () => {
    // B has the value 11 and 1 has 1: both check digits fit
    const second = [lines[0]!, lines[1]!.replace('L898902C3', 'BB98902C3')];
    const mrz = zone({ tesseract: { lines: second, sound: true }, differing: [{ line: 1, at: 0 }] });
    expect(outcome(passport({ mrz }), eriksson)).toEqual(['accepted']);
    const smudged = print.map((line) => (line === 'L898902C3' ? '' : line));
    expect(outcome(passport({ mrz, printedText: smudged }), eriksson)).toEqual(['recapture', 'DOCUMENT_MRZ_UNCERTAIN']);
  });

  it('that prints another name or number than its zone has is for a person to look at', () => {
    const instead = (from: string, to: string) =>
      passport({ printedText: print.map((line) => (line === from ? to : line)) });
    expect(outcome(instead('ERIKSSON', 'HIMITSUYAMA'), eriksson)).toEqual(['review', 'DOCUMENT_PRINT_DIFFERS']);
    expect(outcome(instead('L898902C3', 'TG4029517'), eriksson)).toEqual(['review', 'DOCUMENT_PRINT_DIFFERS']);
    expect(outcome(instead('ERIKSSON', 'ERIKSS0N'), eriksson)).toEqual(['accepted']);
  });

  it('of which nothing but the zone can be read is photographed again', () =>
    expect(outcome(passport({ printedText: ['PE', 'MEN'] }), eriksson)).toEqual([
      'recapture',
      'DOCUMENT_TEXT_UNREADABLE',
    ]));
});

describe('a Japanese card', () => {
  it('vouches for name, date of birth and address when they are what was typed', () =>
    expect(judgeDocument(licence(), sekisho, at)).toMatchObject({ outcome: 'accepted', confirmed: sekisho }));

  it.each<[string, DeclaredIdentity]>([
    ['an address with 丁目, 番 and 号', { ...sekisho, address: '東京都千代田区霞が関九丁目8番7号' }],
    ['an address in full-width figures, with the room', { ...sekisho, address: '東京都千代田区霞が関９－８－７ 302' }],
    ['a name with a blank in it', { ...sekisho, givenName: '美 央' }],
    ['an older form of a character', { ...sekisho, familyName: '関所' }],
  ])('is the same for an applicant who typed %s', (_, typed) =>
    expect(outcome(licence(), typed)).toEqual(['accepted']),
  );

  it('takes older forms of characters, half-width kana and look-alikes for the same', () => {
    const typed = { ...sekisho, familyName: '髙橋', givenName: 'ﾆﾅ' };
    expect(outcome(licence({ name: field('高橋二ナ') }), typed)).toEqual(['accepted']);
  });

  it.each<[string, string[], DeclaredIdentity]>([
    ['another name', ['refused', 'DOCUMENT_NAME_DIFFERS'], { ...sekisho, familyName: '秘密山' }],
    ['one character otherwise', ['review', 'DOCUMENT_NAME_UNCERTAIN'], { ...sekisho, givenName: '美夫' }],
    [
      'the name in Latin letters',
      ['refused', 'DOCUMENT_NAME_OTHER_WRITING'],
      { ...sekisho, ...eriksson, birthDate: '1991-11-03' },
    ],
    ['another date of birth', ['refused', 'DOCUMENT_BIRTH_DATE_DIFFERS'], { ...sekisho, birthDate: '1990-11-03' }],
    [
      'another address',
      ['refused', 'DOCUMENT_ADDRESS_DIFFERS'],
      { ...sekisho, address: '大阪府大阪市北区中之島1-3-1' },
    ],
    [
      'a number of the address otherwise',
      ['review', 'DOCUMENT_ADDRESS_UNCERTAIN'],
      { ...sekisho, address: '東京都千代田区霞が関9-8-6' },
    ],
  ])('does not fit an applicant who typed %s', (_, told, typed) => expect(outcome(licence(), typed)).toEqual(told));

  it.each([
    ['東京都千代田区霞が関9-8-7', '東京都千代田区霞が関9-8-7'],
    ['東京都千代田区霞が関九丁目8番7号', '東京都千代田区霞が関九丁目8番7号'],
    ['東京都千代田区霞が関９－８－７ 302', '東京都千代田区霞が関９－８－７'],
    ['東京都千代田区霞が関9丁目8番7号302 関所ビル', '東京都千代田区霞が関9丁目8番7号'],
    [`東京都千代田区霞が関9-8-7-${'関所ビル'.repeat(90)}`, '東京都千代田区霞が関9-8-7'],
    ['東京都千代田区霞が関', '東京都千代田区霞が関'],
  ])('vouches for as much of an address as is printed: %s', (address, printed) =>
    expect(judgeDocument(licence(), { ...sekisho, address }, at)).toMatchObject({
      outcome: 'accepted',
      confirmed: { address: printed },
    }),
  );

  it('vouches for no punctuation behind an address', () => {
    const typed = { ...sekisho, address: '東京都千代田区霞が関9-8-7、…。' };
    expect(judgeDocument(licence(), typed, at).confirmed.address).toBe('東京都千代田区霞が関9-8-7');
  });

  it('is of another address where a number goes on after what is printed, or after what was typed', () => {
    const typed = { ...sekisho, address: '東京都千代田区霞が関9-8-71' };
    const told = ['review', 'DOCUMENT_ADDRESS_UNCERTAIN'];
    expect(outcome(licence(), typed)).toEqual(told);
    expect(judgeDocument(licence(), typed, at).confirmed.address).toBeUndefined();
    expect(outcome(licence({ address: field('東京都千代田区霞が関9-8-71') }), sekisho)).toEqual(told);
  });

  it('does not vouch for what was not typed', () =>
    expect(judgeDocument(licence(), { birthDate: '1991-11-03' }, at).confirmed).toEqual({ birthDate: '1991-11-03' }));

  it('is photographed again when a field is missing, read badly, or differs and was not read for certain', () => {
    const again = ['recapture', 'DOCUMENT_TEXT_UNREADABLE'];
    const { name: _, ...unnamed } = fields;
    expect(outcome({ ...licence(), printed: unnamed }, sekisho)).toEqual(again);
    expect(outcome(licence({ number: field('302345678920', 50) }), sekisho)).toEqual(again);
    expect(outcome(licence({ name: field('関所奈央', 70) }), sekisho)).toEqual(again);
    expect(outcome(licence({ birthDate: field('1991-11-08', 70) }), sekisho)).toEqual(again);
  });

  it('is accepted on the day of its issue, which begins in Japan first', () => {
    const issued = licence({ issueDate: field('2026-11-28') });
    const outcomes = ['2026-11-27T14:59:59Z', '2026-11-27T15:00:00Z'].map((time) =>
      outcome(issued, sekisho, new Date(time)),
    );
    expect(outcomes).toEqual([['refused', 'DOCUMENT_DATES_IMPLAUSIBLE'], ['accepted']]);
  });

  it('is refused when it has expired, or its dates are in no order', () => {
    expect(outcome(licence({ expiryDate: field('2026-11-27') }), sekisho)).toEqual(['refused', 'DOCUMENT_EXPIRED']);
    const implausible = ['refused', 'DOCUMENT_DATES_IMPLAUSIBLE'];
    expect(outcome(licence({ issueDate: field('2027-01-01') }), sekisho)).toEqual(implausible);
    expect(outcome(licence({ expiryDate: field('2062-01-01') }), sekisho)).toEqual(implausible);
    const unborn = { ...sekisho, birthDate: '2025-11-03' };
    expect(outcome(licence({ birthDate: field('2025-11-03') }), unborn)).toEqual(implausible);
  });

  it('whose number lacks its check digit is for a person to look at', () =>
    expect(outcome(licence({ number: field('302345678900') }), sekisho)).toEqual([
      'review',
      'DOCUMENT_NUMBER_UNSOUND',
    ]));

  it('that does not expire needs no expiry: a driving history certificate', () => {
    const { expiryDate: _, ...unlimited } = fields;
    const reading = { ...licence(), type: 'driving-history-certificate' as const, printed: unlimited };
    expect(outcome(reading, sekisho)).toEqual(['accepted']);
  });

  it('turned to the side with the number is asked for the other side', () => {
    const back = { ...licence(), type: 'my-number-card' as const, numberSide: true, printed: {} };
    expect(outcome(back, sekisho)).toEqual(['recapture', 'DOCUMENT_WRONG_SIDE']);
  });
});

describe('a picture of a document', () => {
  it('tells its last day, which may pass before it is decided', () => {
    expect(judgeDocument(passport(), eriksson, at).expiryDate).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(judgeDocument(licence({ expiryDate: field('2026-11-28') }), sekisho, at).expiryDate).toBe('2026-11-28');
  });

  it('comes before its text: what it shows badly is not judged', () => {
    const blurred = { ...passport(), picture: { ...legiblePicture, sharpness: 0.1 } };
    expect(outcome(blurred, { ...eriksson, familyName: 'Himitsuyama' })).toEqual(['recapture', 'DOCUMENT_BLURRED']);
  });

  it('of nothing that is known is taken again', () =>
    expect(outcome(passport({ type: undefined, mrz: undefined }), eriksson)).toEqual([
      'recapture',
      'DOCUMENT_KIND_UNKNOWN',
    ]));
});

describe('any document', () => {
  it('is judged without an error, for reasons of one kind, each with its check', () => {
    const day = fc.constantFrom('1900-01-01', '1991-11-03', '2024-02-14', '2029-03-14', '2090-01-01');
    const text = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('関所美央', '302345678920', 'Eriksson'));
    const printed = <Value>(value: fc.Arbitrary<Value>) =>
      fc.option(fc.record({ value, confidence: fc.integer({ min: 0, max: 100 }) }), { nil: undefined });
    const any = fc.record({
      name: printed(text),
      birthDate: printed(day),
      address: printed(text),
      issueDate: printed(day),
      expiryDate: printed(day),
      number: printed(text),
    });
    const typed = fc.record({ familyName: text, givenName: text, birthDate: day, address: text }, { requiredKeys: [] });
    fc.assert(
      fc.property(any, typed, (some, declared) => {
        const known = Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined));
        const { outcome: end, reasons, checks } = judgeDocument({ ...licence(), printed: known }, declared, at);
        expect(reasons.length > 0).toBe(end !== 'accepted');
        for (const { code } of reasons) {
          expect('review' in REASONS[code]).toBe(end === 'review');
          expect('recapture' in REASONS[code]).toBe(end === 'recapture');
          expect(checks.some((check) => check.reason === code && !check.held)).toBe(true);
        }
      }),
    );
  });

  it('never passes for somebody whose name has two characters or more otherwise', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'ABCDEGHKMNOPRSTUWXYZ'), minLength: 2, maxLength: 10 });
    fc.assert(
      fc.property(letters, letters, (familyName, givenName) => {
        fc.pre(familyName !== 'ERIKSSON');
        expect(outcome(passport(), { ...eriksson, familyName, givenName })[0]).not.toBe('accepted');
      }),
    );
  });
});
