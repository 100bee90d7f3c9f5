import type { Command } from 'commander';
import { createProgram } from '../program.ts';
import { withReaderName } from './reader-name.ts';

/** A program that throws what it would end with. */
function thrownBy(command: Command): Command {
  command.commands.forEach(thrownBy);
  return command.exitOverride().configureOutput({ writeErr: () => {} });
}

/** What a command would be given. */
async function given(line: string) {
  const read: Command[] = [];
  const run = async (command: Command) => void read.push(command);
  const program = thrownBy(createProgram(run));
  await program.parseAsync(withReaderName(line.split(' '), createProgram(run)), { from: 'user' });
  const [command] = read;
  return { reader: command?.opts().reader, words: command?.args, options: command?.optsWithGlobals() };
}

const iccid = '89000123456789012341';
const contract = '6f1c0f0e-8f0e-4d6e-9d52-0a8a54b6a1f2';

describe('the word behind --reader', () => {
  it.each([
    `profile enable --reader ${iccid}`,
    `profile enable --reader= ${iccid}`,
    `--state DIR profile disable --reader ${iccid} --ca ci.pem`,
    `profile delete --yes --connect a.example=b:1 --reader ${iccid}`,
    `notification process --reader 7`,
    'euicc default-smdp --reader rsp.aozora.example --yes',
    `contract resume --reader ${contract}`,
  ])('is what the command is about: %s', async (line) => {
    const { reader, words } = await given(line);
    expect({ reader, words: words?.length }).toEqual({ reader: '', words: 1 });
  });

  it('leaves the words of a command in their order', async () => {
    for (const line of [`profile nickname --reader ${iccid} travel`, `profile nickname ${iccid} --reader travel`]) {
      expect(await given(line)).toMatchObject({ reader: '', words: [iccid, 'travel'] });
    }
  });

  it.each([
    ['profile list --reader ACR', 0],
    ['profile list --reader=ACR --json', 0],
    [`profile enable ${iccid} --reader ACR`, 1],
    [`profile enable --ca ci.pem --reader ACR ${iccid}`, 1],
    [`profile enable --reader=ACR ${iccid}`, 1],
    [`profile nickname ${iccid} travel --reader ACR`, 2],
    ['notification process --reader ACR', 0],
    ['notification process 7 --reader ACR', 1],
    ['euicc default-smdp --clear --reader ACR', 0],
    ['contract resume --reader ACR', 0],
    ['contract apply --carrier aozora --disclose address birth_date --reader ACR', 0],
    ['chip read --reader ACR --out chip', 0],
  ])('is the name of the reader: %s', async (line, words) => {
    expect(await given(line)).toMatchObject({ reader: 'ACR', words: { length: words } });
  });

  it('is the name where there is no word left that it could be', async () => {
    expect(await given(`profile enable ${iccid} --reader 8`)).toMatchObject({ reader: '8', words: [iccid] });
    expect(await given('notification process 7 --reader 8')).toMatchObject({ reader: '8', words: ['7'] });
    expect(await given('notification process --reader=8')).toMatchObject({ reader: '8', words: [] });
  });

  it('may be missing', async () => {
    expect((await given(`profile enable ${iccid} --reader`)).reader).toBe(true);
    expect((await given(`profile enable --reader --ca ci.pem ${iccid}`)).reader).toBe(true);
    expect((await given(`profile enable ${iccid}`)).reader).toBeUndefined();
  });

  it('gives every other option once', async () => {
    const { options } = await given(`profile enable --connect a.example=b:1 --reader ${iccid} --ca ci.pem`);
    expect(options).toMatchObject({ connect: ['a.example=b:1'], ca: 'ci.pem' });
  });

  it('is refused as it was written where a command has no card', async () => {
    await expect(given(`contract show --reader ${contract}`)).rejects.toThrow("unknown option '--reader'");
  });
});
