import type { CommandApdu, ResponseApdu } from '../card/command-apdu.ts';
import { STATUS_WORD, StatusWordError } from '../card/status-word.ts';
import { type CommandContext, done } from './card-session.ts';
import { elementaryFile } from './elementary-file.ts';

/**
 * INCREASE (ETSI TS 102 221 section 11.1.8): adds to the newest record of a cyclic file and writes the sum over the oldest.
 * Answers the sum, then what was added.
 */
export async function increase(context: CommandContext, { p1, p2, data }: CommandApdu): Promise<ResponseApdu> {
  if (p2 !== 0 || (p1 !== 0 && ((p1 & 0xe0) !== 0x80 || (p1 & 0x1f) === 0))) {
    throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
  }
  const { path, file } = elementaryFile(context, p1 & 0x1f, ['cyclic'], 'increase');
  const content = context.profile.content(path);
  const length = file.recordLength ?? content.length;
  if (data.length === 0 || data.length > length) throw new StatusWordError(STATUS_WORD.WRONG_LENGTH);
  const sum = numberOf(content.subarray(0, length)) + numberOf(data);
  if (sum >> BigInt(8 * length) !== 0n) throw new StatusWordError(STATUS_WORD.MAXIMUM_REACHED);
  const record = Buffer.from(sum.toString(16).padStart(2 * length, '0'), 'hex');
  await context.profile.updateContent(path, Buffer.concat([record, content.subarray(0, content.length - length)]));
  context.channel.record = 1;
  return done(Buffer.concat([record, data]));
}

function numberOf(octets: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(octets).toString('hex')}`);
}
