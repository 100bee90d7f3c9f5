import { checkDigit, machineReadableZone } from './machine-readable-zone.ts';
import { SAMPLE_PEOPLE } from './people.ts';

describe('the machine readable zone', () => {
  // ICAO 9303 part 4, appendix B: the specimen of Utopia
  it('has the check digits of the specimen of ICAO 9303', () => {
    expect(checkDigit('L898902C3')).toBe(6);
    expect(checkDigit('740812')).toBe(2);
    expect(checkDigit('120415')).toBe(9);
    expect(checkDigit('ZE184226B<<<<<')).toBe(1);
    expect(checkDigit('L898902C3674081221204159ZE184226B<<<<<1')).toBe(0);
  });

  it.each(SAMPLE_PEOPLE)('is two lines of 44 characters for $identity.familyName', ({ identity }) => {
    const [upper, lower] = machineReadableZone(identity);
    expect(upper).toMatch(/^P<UTO[A-Z<]{39}$/);
    expect(lower).toMatch(/^[A-Z0-9<]{9}\dUTO\d{7}[FM]\d{7}<{14}\d\d$/);
  });

  it('writes letters without their accents, and spaces and hyphens as fillers', () => {
    const identity = { ...SAMPLE_PEOPLE[0]!.identity, familyName: "d'Été-Brun", givenName: 'Inês Zoë' };
    expect(machineReadableZone(identity)[0]).toBe('P<UTOD<ETE<BRUN<<INES<ZOE<<<<<<<<<<<<<<<<<<<');
  });
});
