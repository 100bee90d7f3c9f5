import { DerError, encodeTlv, parseChildren, parseTlv, type Tlv } from '@tegata/der';
import { type CommandApdu, encodeResponse, parseCommand, type ResponseApdu } from '../card/command-apdu.ts';
import { fitted, getResponse } from '../card/get-response.ts';
import type { LogicalChannel } from '../card/logical-channel.ts';
import { STATUS_WORD, StatusWordError, statusWordOf } from '../card/status-word.ts';

/** What takes the commands of a script. */
export interface RemoteApplication {
  /** what is selected, and what waits for GET RESPONSE, while the script runs */
  readonly channel: LogicalChannel;
  /** @throws StatusWordError */
  execute(command: CommandApdu): Promise<ResponseApdu> | ResponseApdu;
}

/** Command and response scripting templates: of definite and of indefinite length (ETSI TS 102 226 section 5.2). */
const COMMANDS = 0xaa;
const RESPONSES = 0xab;
const COMMANDS_INDEFINITE = 0xae;
const RESPONSES_INDEFINITE = 0xaf;
const INDEFINITE_LENGTH = 0x80;
const END_OF_CONTENTS = Uint8Array.of(0x00, 0x00);
const COMMAND_APDU = 0x22;
const RESPONSE_APDU = 0x23;
const COMMANDS_EXECUTED = 0x80;
const BAD_FORMAT = 0x90;
const UNKNOWN_TAG = 0x01;
const WRONG_LENGTH = 0x02;
/** Octets of a template and of the number of commands besides R-APDUs, at most. */
const TEMPLATE_OCTETS = 7;
/** Octets of an R-APDU object besides its data, at most. */
const RESPONSE_OBJECT_OCTETS = 5;
/** Number of commands executed, and status word, of a compact response. */
const COMPACT_OCTETS = 3;
const MOST_COMMANDS = 255;
/** Octets of CLA, INS, P1, P2, P3. */
const HEADER_OCTETS = 5;
/** First octets of the status words of commands that have not failed. */
const SUCCESSES: ReadonlySet<number> = new Set([0x90, 0x61, 0x62, 0x63]);

const GET_RESPONSE = 0xc0;
/** READ BINARY, READ RECORD, GET RESPONSE, STATUS: P3 is Le. With any other command it is the length of the data. */
const WITHOUT_DATA: ReadonlySet<number> = new Set([0xb0, 0xb2, GET_RESPONSE, 0xf2]);

/**
 * Runs the commands of a packet, and answers what the response packet says of them (ETSI TS 102 226 section 5): in compact format, or in expanded
 * format when they stand in a scripting template. The first command that fails ends the script. An answer that there is no room for is cut and has
 * status word 62F1, which in expanded format ends the script, too.
 *
 * @param room octets that the answer may have, below 256
 */
export function runScript(application: RemoteApplication, script: Uint8Array, room: number): Promise<Uint8Array> {
  return script[0] === COMMANDS || script[0] === COMMANDS_INDEFINITE
    ? runExpanded(application, script, room)
    : runCompact(application, script, room);
}

/** Compact format (section 5.1): number of commands executed, status word and data of the last one. */
async function runCompact(application: RemoteApplication, script: Uint8Array, room: number): Promise<Uint8Array> {
  const responses = await execute(application, compactCommands(script), () => Number.POSITIVE_INFINITY);
  const last = responses.at(-1);
  if (last === undefined) return new Uint8Array(0);
  const { data, statusWord } = cut(last, room - COMPACT_OCTETS);
  return Buffer.concat([Uint8Array.of(responses.length, statusWord >> 8, statusWord & 0xff), data]);
}

/** Expanded format (section 5.2): every answer. Of a script that is not well-formed nothing is executed. */
async function runExpanded(application: RemoteApplication, script: Uint8Array, room: number): Promise<Uint8Array> {
  const commands = expandedCommands(script);
  const responses =
    typeof commands === 'number'
      ? []
      : await execute(application, commands, (done) => {
          const taken = done.reduce((octets, response) => octets + responseObject(response).length, TEMPLATE_OCTETS);
          return room - taken - RESPONSE_OBJECT_OCTETS;
        });
  const objects = responses.map(responseObject);
  if (typeof commands === 'number') objects.push(encodeTlv(BAD_FORMAT, Uint8Array.of(commands)));
  if (script[0] === COMMANDS) {
    return encodeTlv(RESPONSES, encodeTlv(COMMANDS_EXECUTED, Uint8Array.of(responses.length)), ...objects);
  }
  return Buffer.concat([Uint8Array.of(RESPONSES_INDEFINITE, INDEFINITE_LENGTH), ...objects, END_OF_CONTENTS]);
}

function responseObject({ data, statusWord }: ResponseApdu): Uint8Array {
  return encodeTlv(RESPONSE_APDU, encodeResponse(data, statusWord));
}

/** @param room octets of data that there is room for in the next answer; below 0 the script ends before the command */
async function execute(
  application: RemoteApplication,
  commands: readonly Uint8Array[],
  room: (done: readonly ResponseApdu[]) => number,
): Promise<ResponseApdu[]> {
  const done: ResponseApdu[] = [];
  for (const command of commands.slice(0, MOST_COMMANDS)) {
    const most = room(done);
    if (most < 0) break;
    const response = await executeOne(application, command);
    done.push(cut(response, most));
    if (response.data.length > most || !SUCCESSES.has(response.statusWord >> 8)) break;
  }
  return done;
}

async function executeOne(application: RemoteApplication, octets: Uint8Array): Promise<ResponseApdu> {
  const { channel } = application;
  try {
    const command = parseCommand(octets);
    if (command.channel !== 0) throw new StatusWordError(STATUS_WORD.CHANNEL_NOT_SUPPORTED);
    if (command.instruction === GET_RESPONSE) return fitted(channel, command, getResponse(channel, command));
    channel.waiting = undefined;
    return fitted(channel, command, await application.execute(command));
  } catch (error) {
    return { data: new Uint8Array(0), statusWord: statusWordOf(error) };
  }
}

function cut(response: ResponseApdu, most: number): ResponseApdu {
  if (response.data.length <= most) return response;
  return { data: response.data.subarray(0, most), statusWord: STATUS_WORD.MORE_DATA_AVAILABLE };
}

/** Each command has P3, and only the last one may have Le after its data. */
function compactCommands(script: Uint8Array): Uint8Array[] {
  const commands: Uint8Array[] = [];
  for (let at = 0; at < script.length; ) {
    const [, instruction = 0, , , p3 = 0] = script.subarray(at);
    const length = WITHOUT_DATA.has(instruction) ? HEADER_OCTETS : HEADER_OCTETS + p3;
    const isLast = script.length - at - length <= 1;
    const command = script.subarray(at, isLast ? script.length : at + length);
    // Without data there is no length of it, either.
    const isEmpty = !WITHOUT_DATA.has(instruction) && p3 === 0 && command.length >= HEADER_OCTETS;
    commands.push(isEmpty ? Buffer.concat([command.subarray(0, 4), command.subarray(HEADER_OCTETS)]) : command);
    at += isLast ? script.length : length;
  }
  return commands;
}

/** Command APDUs, or what is wrong with the format. */
function expandedCommands(script: Uint8Array): Uint8Array[] | number {
  try {
    const objects = script[0] === COMMANDS ? parseTlv(script).children() : indefiniteChildren(script);
    return objects.every(({ tag }) => tag === COMMAND_APDU) ? objects.map(({ value }) => value) : UNKNOWN_TAG;
  } catch (error) {
    if (error instanceof DerError) return WRONG_LENGTH;
    throw error;
  }
}

function indefiniteChildren(script: Uint8Array): Tlv[] {
  const contents = script.subarray(2, -END_OF_CONTENTS.length);
  const end = script.subarray(2 + contents.length);
  if (script[1] !== INDEFINITE_LENGTH || !Buffer.from(END_OF_CONTENTS).equals(end)) {
    throw new DerError('BAD_LENGTH', 'the template has no end');
  }
  return parseChildren(contents);
}
