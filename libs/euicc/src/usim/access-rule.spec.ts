import { isAllowed } from './access-rule.ts';

const rule = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
const nobody = (): boolean => false;
const verified =
  (...references: number[]) =>
  (reference: number): boolean =>
    references.includes(reference);

describe('record of EF.ARR', () => {
  // Read: always. Update: PIN (01). Deactivate and activate: ADM1 (0A).
  const typical = rule('8001019000800102a406830101950108800118a40683010a950108ffff');

  it('allows what is always allowed', () => {
    expect(isAllowed(typical, 'read', nobody)).toBe(true);
  });

  it('allows with the PIN what needs the PIN, and with another code not', () => {
    expect(isAllowed(typical, 'update', nobody)).toBe(false);
    expect(isAllowed(typical, 'update', verified(0x0a))).toBe(false);
    expect(isAllowed(typical, 'update', verified(0x01))).toBe(true);
  });

  it('does not allow what it does not mention', () => {
    expect(isAllowed(rule('8001019000'), 'update', verified(1, 10))).toBe(false);
    expect(isAllowed(rule('84013290008001199700'), 'read', verified(1, 10))).toBe(false);
    expect(isAllowed(new Uint8Array(0), 'read', verified(1, 10))).toBe(false);
  });

  it('takes one of several conditions, one of an OR, and all of an AND', () => {
    const several = rule('800101a406830101950108a40683010a950108');
    const or = rule('800101a010a406830101950108a40683010a950108');
    const and = rule('800101af10a406830101950108a40683010a950108');
    for (const [record, one, both] of [
      [several, true, true],
      [or, true, true],
      [and, false, true],
    ] as const) {
      expect(isAllowed(record, 'read', nobody)).toBe(false);
      expect(isAllowed(record, 'read', verified(0x0a))).toBe(one);
      expect(isAllowed(record, 'read', verified(0x01, 0x0a))).toBe(both);
    }
  });

  it('allows nothing on the strength of what can not be read', () => {
    expect(isAllowed(rule('80010190'), 'read', nobody)).toBe(false);
    expect(isAllowed(rule('800101a406830101'), 'read', verified(1))).toBe(false);
    expect(isAllowed(rule('800101af00'), 'read', verified(1))).toBe(false);
    expect(isAllowed(rule('8001019e0101'), 'read', verified(1))).toBe(false);
  });
});
