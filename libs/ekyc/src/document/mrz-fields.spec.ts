import fc from 'fast-check';
import { type Alternative, allowedAt, checkDigitsFit, likeliestLines } from './mrz-fields.ts';

// the specimen of ICAO 9303-4 appendix B
const specimen = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'];

/** Every place read as it is written, except for some that look more like another character. */
function seen(misread: Readonly<Record<string, string>> = {}): Alternative[][][] {
  return specimen.map((line, l) =>
    [...line].map((character, at) => {
      const other = misread[`${l},${at}`];
      return other === undefined
        ? [{ character, loss: 0 }]
        : [
            { character: other, loss: 0 },
            { character, loss: 0.03 },
          ];
    }),
  );
}

describe('the characters of a machine readable zone', () => {
  it('are the likeliest that may stand at their places', () => {
    expect(likeliestLines('TD3', seen())).toEqual({ lines: specimen, repaired: 0 });
    // a zero in a name, letters in a date: nothing to choose
    expect(likeliestLines('TD3', seen({ '0,11': '0', '1,13': 'T', '1,20': '7' }))).toEqual({
      lines: specimen,
      repaired: 0,
    });
  });

  it('are mended where a check digit says that one was misread, and are told to be', () => {
    expect(likeliestLines('TD3', seen({ '1,1': 'B' }))).toEqual({ lines: specimen, repaired: 1 });
    expect(likeliestLines('TD3', seen({ '1,14': '1', '1,16': '9' }))).toEqual({ lines: specimen, repaired: 2 });
  });

  it('are left as they were seen where no likely change makes the check digit fit', () => {
    const unlikely = seen({ '1,1': 'B' });
    unlikely[1]![1] = [
      { character: 'B', loss: 0 },
      { character: '8', loss: 0.4 },
    ];
    const { lines, repaired } = likeliestLines('TD3', unlikely);
    expect([lines[1]!.slice(0, 9), repaired]).toEqual(['LB98902C3', 0]);
    expect(checkDigitsFit('TD3', lines)).toBe(false);
  });

  it('stand only where they may, whatever was seen', () => {
    const cell = fc.array(fc.record({ character: fc.constantFrom(...'A0B1<OZ2S5'), loss: fc.constant(0) }), {
      maxLength: 4,
    });
    const line = fc.array(cell, { minLength: 44, maxLength: 44 });
    fc.assert(
      fc.property(fc.tuple(line, line), (lines) => {
        for (const [l, text] of likeliestLines('TD3', lines).lines.entries()) {
          expect(text).toHaveLength(44);
          for (const [at, c] of [...text].entries())
            expect(c === '<' || allowedAt('TD3', l, at).includes(c)).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });
});
