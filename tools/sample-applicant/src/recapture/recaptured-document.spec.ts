import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const program = fileURLToPath(new URL('./testing/seen-documents.ts', import.meta.url));

describe('the check for pictures of pictures, before one rendered camera', () => {
  let told: { readonly name: string; readonly pattern: number; readonly faults: readonly string[] }[];
  beforeAll(async () => {
    const pictures = ['documentOnScreen:3', 'genuine:1'];
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program, ...pictures]);
    told = JSON.parse(stdout) as typeof told;
  }, 600_000);

  it('tells a telephone that shows a card, and not the card', () => {
    expect(told.map(({ name, faults }) => [name, faults])).toEqual([
      ['documentOnScreen:3', ['DOCUMENT_RECAPTURED']],
      ['genuine:1', []],
    ]);
  });

  it('is sure of both: 1.7 times its limit, and half of it', () => {
    expect(told[0]!.pattern).toBeGreaterThan(1.7);
    expect(told[1]!.pattern).toBeLessThan(0.5);
  });
});
