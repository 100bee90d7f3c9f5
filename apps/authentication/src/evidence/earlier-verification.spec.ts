import { requireAgreement } from './earlier-verification.ts';

const differs = (certified: Readonly<Record<string, string>>, name: string, value: string): boolean => {
  try {
    requireAgreement(new Map(Object.entries(certified)), [{ name, value }]);
    return false;
  } catch (error) {
    expect((error as { reason?: string }).reason).toBe('DECLARED_ATTRIBUTE_DIFFERS');
    return true;
  }
};

describe('what is declared for a certificate that is there already', () => {
  const short = { family_name: 'LI', given_name: 'ANNA' };
  const long = { family_name: 'LI', given_name: 'ANNA MARIA ELISABETH CHARLOTT' };

  it('is its holder, who may write their name in full or in other letters', () => {
    expect(differs(short, 'family_name', 'Li')).toBe(false);
    expect(differs(short, 'family_name', '李')).toBe(false);
    expect(differs(long, 'given_name', 'Anna Maria Elisabeth Charlotte')).toBe(false);
  });

  it('is nobody whose name only begins as theirs', () => {
    expect(differs(short, 'family_name', 'Lincoln')).toBe(true);
    expect(differs(short, 'given_name', 'Annabel')).toBe(true);
    expect(differs(long, 'family_name', 'Lincoln')).toBe(true);
  });
});
