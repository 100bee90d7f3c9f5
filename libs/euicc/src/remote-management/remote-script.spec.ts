import { parseTlv } from '@tegata/der';
import { fromHex, toHex } from '@tegata/rsp';
import fc from 'fast-check';
import { type CommandApdu, encodeResponse } from '../card/command-apdu.ts';
import { newChannel } from '../card/logical-channel.ts';
import { STATUS_WORD, StatusWordError } from '../card/status-word.ts';
import { type RemoteApplication, runScript } from './remote-script.ts';

/** An application that answers as many octets as P2 says, fails for instruction FF, and tells what it was given. */
function recorder(): RemoteApplication & { readonly commands: string[] } {
  const commands: string[] = [];
  return {
    commands,
    channel: newChannel(),
    execute: ({ instruction, p2, data, expected }: CommandApdu) => {
      commands.push(`${toHex(Uint8Array.of(instruction))} ${toHex(data)} ${expected ?? '-'}`);
      if (instruction === 0xff) throw new StatusWordError(STATUS_WORD.WRONG_DATA);
      return { data: Buffer.alloc(p2, 0xda), statusWord: STATUS_WORD.NORMAL };
    },
  };
}

describe('script in compact format', () => {
  const run = async (script: string, room = 100) => {
    const application = recorder();
    const answer = toHex(await runScript(application, fromHex(script.replaceAll(' ', '')), room));
    return [...application.commands, answer];
  };

  it('has commands with P3: length of the data, or Le of those that have none', async () => {
    expect(await run('00D6000002AABB 00B0000304')).toEqual(['D6 AABB -', 'B0  4', '029000DADADA']);
    expect(await run('0044000000 0020000000')).toEqual(['44  -', '20  -', '029000']);
  });

  it('has Le after the data of the last command only', async () => {
    expect(await run('00A2010302AABB 00')).toEqual(['A2 AABB 256', '019000DADADA']);
    expect(await run('00A4000300 00')).toEqual(['A4  256', '019000DADADA']);
    expect(await run('00A2010302AABB')).toEqual(['A2 AABB -', '016103']);
  });

  it('ends with the first command that fails', async () => {
    expect(await run('00FF000000 0044000000')).toEqual(['FF  -', '016A80']);
    expect(await run('0044000000 00D60000FFAA')).toEqual(['44  -', '026700']);
  });

  it('answers the last command as far as there is room', async () => {
    expect(await run('00B0006400', 103)).toEqual(['B0  256', `019000${'DA'.repeat(100)}`]);
    expect(await run('00B0006400', 102)).toEqual(['B0  256', `0162F1${'DA'.repeat(99)}`]);
    expect(await run('00B0006400 00B0000101', 50)).toEqual(['B0  256', 'B0  1', '029000DA']);
  });
});

describe('script', () => {
  it('of any octets is answered within the room that there is, in the format that it has', async () => {
    const octets = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .array(fc.tuple(fc.constantFrom(0x22, 0x22, 0x22, 0x81, 0x00), fc.uint8Array({ maxLength: 30 })), {
          maxLength: 12,
        })
        .chain((objects) => {
          const content = objects.flatMap(([tag, value]) => [tag, value.length, ...value]);
          return fc.constantFrom(
            [0xae, 0x80, ...content, 0, 0],
            [0xaa, 0x81, content.length, ...content],
            [0xaa, ...content],
          );
        })
        .map((script) => Uint8Array.from(script)),
    );
    await fc.assert(
      fc.asyncProperty(octets, fc.integer({ min: 20, max: 120 }), async (script, room) => {
        const answer = await runScript(recorder(), script, room);
        expect(answer.length).toBeLessThanOrEqual(room);
        if (script[0] === 0xaa) expect(parseTlv(answer).tag).toBe(0xab);
        else if (script[0] === 0xae) expect([answer[0], toHex(answer.subarray(-2))]).toEqual([0xaf, '0000']);
        else if (script.length > 0) expect(answer.length).toBeGreaterThanOrEqual(3);
      }),
      { numRuns: 500 },
    );
  });

  it('has at most 255 commands', async () => {
    const application = recorder();
    expect(toHex(await runScript(application, fromHex('0044000000'.repeat(300)), 100))).toBe('FF9000');
    expect(application.commands.length).toBe(255);
  });

  it('cuts an answer in expanded format with its status word', async () => {
    const answer = await runScript(recorder(), fromHex('AA0E220500B0006400220500B0000101'), 60);
    expect(toHex(answer)).toBe(`AB378001012332${toHex(encodeResponse(Buffer.alloc(48, 0xda), 0x62f1))}`);
    expect(answer.length).toBeLessThanOrEqual(60);
  });
});
