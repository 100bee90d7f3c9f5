import { IsdRChannel, type Transmit } from './isd-r-channel.ts';

/** A card that answers commands that begin with these digits so, in their order, and anything else with 9000. */
function card(...answers: readonly (readonly [string, string])[]) {
  const sent: string[] = [];
  const left = [...answers];
  const transmit: Transmit = async (command) => {
    const digits = Buffer.from(command).toString('hex').toUpperCase();
    sent.push(digits);
    const at = left.findIndex(([prefix]) => digits.startsWith(prefix));
    const [answer] = at === -1 ? [] : left.splice(at, 1);
    return Buffer.from(answer?.[1] ?? '9000', 'hex');
  };
  return { transmit, sent };
}

const OPENED = ['00700000', '019000'] as const;

describe('channel to an ISD-R', () => {
  it('is opened after the terminal has said what it can do', async () => {
    const { transmit, sent } = card(OPENED, ['01A4', '6121'], ['01C0', `${'00'.repeat(0x21)}9000`]);
    await IsdRChannel.open(transmit);
    expect(sent).toEqual([
      '80AA000007A9058100830107',
      '0070000001',
      '01A4040010A0000005591010FFFFFFFF8900000100',
      '01C0000021',
    ]);
  });

  it('is opened on a card that does not know TERMINAL CAPABILITY, wants the length of the number, or has other channels', async () => {
    const { transmit, sent } = card(['80AA', '6D00'], ['00700000', '6C01'], ['00700000', '0B9000']);
    await IsdRChannel.open(transmit);
    expect(sent.at(-1)).toMatch(/^47A40400/);
  });

  it('is not there on a card without ISD-R, which gets its channel back, or without a channel', async () => {
    const { transmit, sent } = card(OPENED, ['01A4', '6A82']);
    await expect(IsdRChannel.open(transmit)).rejects.toMatchObject({ code: 'ISD_R_NOT_FOUND' });
    expect(sent.at(-1)).toBe('00708001');
    const full = card(['00700000', '6A81']);
    await expect(IsdRChannel.open(full.transmit)).rejects.toMatchObject({ code: 'ISD_R_NOT_FOUND' });
  });

  it('carries long commands in blocks and fetches long answers', async () => {
    const { transmit, sent } = card(
      OPENED,
      ['81E29101', '6100'],
      ['01C0', `${'AA'.repeat(256)}6102`],
      ['01C0', 'BBBB9000'],
    );
    const isdR = await IsdRChannel.open(transmit);
    sent.length = 0;
    const answer = await isdR.execute(new Uint8Array(300));
    expect(Buffer.from(answer).toString('hex')).toBe(`${'aa'.repeat(256)}bbbb`);
    expect(sent.map((command) => command.slice(0, 10))).toEqual([
      '81E21100FF',
      '81E291012D',
      '01C0000000',
      '01C0000002',
    ]);
  });

  it('asks for answers at once in T=1, whose cards need not keep them', async () => {
    const { transmit, sent } = card(OPENED, ['81E291012D', `${'AA'.repeat(3)}9000`]);
    const isdR = await IsdRChannel.open(transmit, 'T=1');
    expect(sent).toEqual(['80AA000007A905810083010700', '0070000001', '01A4040010A0000005591010FFFFFFFF890000010000']);
    sent.length = 0;
    expect(await isdR.execute(new Uint8Array(300))).toEqual(Buffer.from('aaaaaa', 'hex'));
    expect(sent.map((command) => [command.length / 2, command.slice(-2)])).toEqual([
      [5 + 255 + 1, '00'],
      [5 + 45 + 1, '00'],
    ]);
  });

  it('sends the data again where the card names another length of the answer', async () => {
    const { transmit, sent } = card(OPENED, ['81E2', '6C02'], ['81E2', 'AABB9000']);
    const isdR = await IsdRChannel.open(transmit);
    expect(await isdR.execute(Uint8Array.of(1))).toEqual(Buffer.from('aabb', 'hex'));
    expect(sent.slice(-2)).toEqual(['81E291000101', '81E29100010102']);
  });

  it('takes a waiting proactive command for success', async () => {
    const { transmit } = card(OPENED, ['81E2', '910B']);
    const isdR = await IsdRChannel.open(transmit);
    expect(await isdR.execute(Uint8Array.of(1))).toHaveLength(0);
  });

  it('stops at the block that is refused', async () => {
    const { transmit, sent } = card(OPENED, ['81E2', '6985']);
    const isdR = await IsdRChannel.open(transmit);
    const refused = isdR.execute(new Uint8Array(600));
    await expect(refused).rejects.toMatchObject({
      code: 'EUICC_COMMAND_REFUSED',
      message: expect.stringContaining('6985'),
    });
    expect(sent.filter((command) => command.startsWith('81E2'))).toHaveLength(1);
  });

  it('sends nothing of a command that is longer than any card takes', async () => {
    const { transmit, sent } = card(OPENED);
    const isdR = await IsdRChannel.open(transmit);
    sent.length = 0;
    await expect(isdR.execute(new Uint8Array(256 * 255 + 1))).rejects.toMatchObject({ code: 'EUICC_COMMAND_REFUSED' });
    expect(sent).toEqual([]);
    await expect(isdR.execute(new Uint8Array(256 * 255))).resolves.toHaveLength(0);
  });

  it('is not kept busy for ever by a card that promises and gives nothing', async () => {
    const { transmit } = card(OPENED, ['81E2', '6110'], ['01C0', '6110']);
    const isdR = await IsdRChannel.open(transmit);
    await expect(isdR.execute(Uint8Array.of(1))).rejects.toMatchObject({ code: 'EUICC_ANSWER_MALFORMED' });
    const mute = await IsdRChannel.open(card(OPENED, ['81E2', '90']).transmit);
    await expect(mute.execute(Uint8Array.of(1))).rejects.toMatchObject({ code: 'EUICC_ANSWER_MALFORMED' });
  });
});
