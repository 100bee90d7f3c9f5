import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { DRAWABLE_CHALLENGES, drawChallenge, isTurn } from './prompt.ts';

describe('drawing a challenge', () => {
  it('knows 82 challenges, all different', () => {
    expect(new Set(DRAWABLE_CHALLENGES.map((prompts) => prompts.join())).size).toBe(82);
  });

  it('never repeats a prompt directly, and always asks for a turn and to lower the chin', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer({ min: 0, max: 255 })), (stream) => {
        const { prompts } = drawChallenge(() => Uint8Array.of(stream.next().value));
        expect(prompts).toHaveLength(4);
        expect(prompts.some((prompt, k) => prompt === prompts[k - 1])).toBe(false);
        expect(prompts.some(isTurn)).toBe(true);
        expect(prompts).toContain('down');
      }),
    );
  });

  it('draws every challenge from as many octets as any other', () => {
    const drawn = new Map<string, number>();
    for (let octet = 0; octet < 246; octet++) {
      const key = drawChallenge(() => Uint8Array.of(octet)).prompts.join();
      drawn.set(key, (drawn.get(key) ?? 0) + 1);
    }
    expect([...drawn.values()]).toEqual(new Array(82).fill(3));
  });

  it('draws again for an octet that would favour some challenges', () => {
    const octets = [246, 255, 7];
    expect(drawChallenge(() => Uint8Array.of(octets.shift()!))).toEqual(drawChallenge(() => Uint8Array.of(7)));
    expect(octets).toHaveLength(0);
  });

  it('works with the CSPRNG, and says so when a source is empty', () => {
    expect(drawChallenge(randomBytes).prompts).toHaveLength(4);
    expect(() => drawChallenge(() => new Uint8Array())).toThrow(RangeError);
  });
});
