import { textPath, textWidth } from './stroke-font.ts';

describe('the stroke font', () => {
  it('draws within the place given', () => {
    const path = textPath('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<-./', { x: 10, y: 100, height: 30 });
    const numbers = [...path.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
    expect(Math.min(...numbers.map(([x]) => x))).toBeGreaterThanOrEqual(10);
    expect(Math.max(...numbers.map(([x]) => x))).toBeLessThanOrEqual(10 + textWidth('x'.repeat(40), 30));
    expect(Math.min(...numbers.map(([, y]) => y))).toBeGreaterThanOrEqual(70);
    expect(Math.max(...numbers.map(([, y]) => y))).toBeLessThanOrEqual(100);
  });

  it('has a drawing of its own for every character', () => {
    const drawn = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<-./'].map((c) => textPath(c, { x: 0, y: 0, height: 6 }));
    expect(new Set(drawn).size).toBe(drawn.length);
    expect(drawn).not.toContain('');
  });

  it('draws accented letters plain, and leaves blank what it has not', () => {
    const at = { x: 0, y: 0, height: 6 };
    expect(textPath('ê', at)).toBe(textPath('E', at));
    expect(textPath('%', at)).toBe('');
  });
});
