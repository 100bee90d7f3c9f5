import { toldApart } from './people.ts';

describe('two people of a set', () => {
  const named = (id: string) => ({ id, photograph: undefined });
  const packaged = (id: string, photograph: string) => ({ id, photograph });

  it('are two where a folder names them, or one photograph shows both', () => {
    expect(toldApart(named('002'), named('012'))).toBe(true);
    expect(toldApart(named('002'), packaged('sample1-0', 'sample1.jpg'))).toBe(true);
    expect(toldApart(packaged('sample1-0', 'sample1.jpg'), packaged('sample1-2', 'sample1.jpg'))).toBe(true);
  });

  it('are perhaps one where two photographs show them of which nobody says who is in them', () => {
    expect(toldApart(packaged('sample1-2', 'sample1.jpg'), packaged('sample3-1', 'sample3.jpg'))).toBe(false);
    expect(toldApart(named('002'), named('002'))).toBe(false);
  });
});
