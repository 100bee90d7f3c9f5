import type { Card } from '@tegata/card-reader';
import fc from 'fast-check';
import { exchangeLines } from './apdu-lines.ts';

/** A card that answers every command with its own octets. */
class Echo implements Card {
  readonly commands: string[] = [];
  resets = 0;

  async transmit(command: Uint8Array): Promise<Uint8Array> {
    this.commands.push(Buffer.from(command).toString('hex'));
    return Buffer.concat([command, Uint8Array.of(0x90, 0x00)]);
  }

  async reset(): Promise<Uint8Array> {
    this.resets += 1;
    return Uint8Array.of(0x3b, 0x00);
  }
}

async function converse(...lines: string[]) {
  const card = new Echo();
  const [responses, complaints]: [string[], string[]] = [[], []];
  await exchangeLines(given(lines), card, {
    response: (line) => void responses.push(line),
    complaint: (line) => void complaints.push(line),
  });
  return { card, responses, complaints };
}

async function* given(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

describe('a conversation in hexadecimal digits', () => {
  it('answers each command in a line of its own, whatever its letter case and blanks', async () => {
    const { responses, complaints } = await converse('00a40004 02 3f00', '00B0000000');
    expect(responses).toEqual(['00A40004023F009000', '00B00000009000']);
    expect(complaints).toEqual([]);
  });

  it('resets the card and answers the ATR', async () => {
    const { card, responses } = await converse('RESET', 'reset');
    expect(responses).toEqual(['3B00', '3B00']);
    expect(card.resets).toBe(2);
  });

  it('passes over empty lines and remarks', async () => {
    expect(await converse('', '  ', '# select the MF', '00000000')).toMatchObject({ responses: ['000000009000'] });
  });

  it('answers what is no command, says what is wrong in which line, and sends nothing to the card', async () => {
    const { card, responses, complaints } = await converse('00A4', 'hello', '00A40', `${'00'.repeat(262)}`);
    expect(responses).toEqual(['6700', '6F00', '6F00', '6700']);
    expect(complaints.map((complaint) => complaint.slice(0, 7))).toEqual(['line 1:', 'line 2:', 'line 3:', 'line 4:']);
    expect(card.commands).toEqual([]);
  });

  it('never gets out of step: one response for every line that is not empty or a remark', async () => {
    const line = fc.oneof(
      fc.string(),
      fc.constant('RESET'),
      fc.string({ unit: fc.constantFrom(...'0123456789abcDEF'), maxLength: 600 }),
      fc.constant(''),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 20 }), async (lines) => {
        const told = lines.filter((text) => text.replace(/\s/g, '') !== '' && !/^\s*#/.test(text));
        const { responses } = await converse(...lines);
        expect(responses).toHaveLength(told.length);
        for (const response of responses) expect(response).toMatch(/^(?:[0-9A-F]{2}){2,}$/);
      }),
    );
  });
});
