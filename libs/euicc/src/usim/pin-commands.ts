import { timingSafeEqual } from 'node:crypto';
import type { CommandApdu, ResponseApdu } from '../card/command-apdu.ts';
import { STATUS_WORD, StatusWordError } from '../card/status-word.ts';
import type { PlacedPin } from '../profile/stored-profile.ts';
import { CODE_OCTETS } from '../profile/verification-code.ts';
import { type CommandContext, done } from './card-session.ts';

/** VERIFY PIN (ETSI TS 102 221 section 11.1.9); without data it tells the tries that are left. */
export async function verifyPin(context: CommandContext, command: CommandApdu): Promise<ResponseApdu> {
  const placed = namedPin(context, command);
  requireEnabled(placed);
  if (command.data.length === 0) {
    requireTries(placed.pin.triesLeft);
    return { data: new Uint8Array(0), statusWord: STATUS_WORD.TRIES_LEFT | placed.pin.triesLeft };
  }
  await compare(context, placed, onlyCode(command));
  return done();
}

/** CHANGE PIN (section 11.1.10): the old code, then the new one. */
export async function changePin(context: CommandContext, command: CommandApdu): Promise<ResponseApdu> {
  const placed = namedPin(context, command);
  const [old, changed] = twoCodes(command);
  requireEnabled(placed);
  if (!placed.pin.changeable) throw new StatusWordError(STATUS_WORD.CONDITIONS_NOT_SATISFIED);
  const { identifier, pin } = await compare(context, placed, old);
  await context.profile.updatePin(identifier, { ...pin, value: changed });
  return done();
}

/** DISABLE PIN (section 11.1.11), without a PIN to take its place. */
export async function disablePin(context: CommandContext, command: CommandApdu): Promise<ResponseApdu> {
  return switchPin(context, command, false);
}

/** ENABLE PIN (section 11.1.12). */
export async function enablePin(context: CommandContext, command: CommandApdu): Promise<ResponseApdu> {
  return switchPin(context, command, true);
}

async function switchPin(context: CommandContext, command: CommandApdu, enabled: boolean): Promise<ResponseApdu> {
  const placed = namedPin(context, command);
  const code = onlyCode(command);
  if (!placed.pin.switchable || placed.pin.enabled === enabled) {
    throw new StatusWordError(STATUS_WORD.CONDITIONS_NOT_SATISFIED);
  }
  const { identifier, pin } = await compare(context, placed, code);
  await context.profile.updatePin(identifier, { ...pin, enabled });
  return done();
}

/** UNBLOCK PIN (section 11.1.13): the PUK, then the new code; without data it tells the tries of the PUK. */
export async function unblockPin(context: CommandContext, command: CommandApdu): Promise<ResponseApdu> {
  const { profile, verified } = context;
  const placed = namedPin(context, command);
  const reference = placed.pin.unblockedBy;
  const puk = reference === undefined ? undefined : profile.puk(reference);
  if (reference === undefined || puk === undefined) {
    throw new StatusWordError(STATUS_WORD.REFERENCED_DATA_NOT_FOUND);
  }
  requireTries(puk.triesLeft);
  if (command.data.length === 0) {
    return { data: new Uint8Array(0), statusWord: STATUS_WORD.TRIES_LEFT | puk.triesLeft };
  }
  const [code, value] = twoCodes(command);
  const counted = { ...puk, triesLeft: puk.triesLeft - 1 };
  await profile.updatePuk(reference, counted);
  if (!timingSafeEqual(code, puk.value)) throw new StatusWordError(STATUS_WORD.TRIES_LEFT | counted.triesLeft);
  const { identifier, pin } = placed;
  const unblocked = { identifier, pin: { ...pin, value, enabled: true, triesLeft: pin.triesMaximum } };
  await profile.unblock(unblocked, reference, { ...puk, triesLeft: puk.triesMaximum });
  verified.add(identifier);
  return done();
}

/**
 * Compares a code with the PIN. The try is counted, durably, before the comparison, and given back when it succeeds:
 * cutting the power at the right moment gains no tries.
 *
 * @throws StatusWordError 6983, 63CX
 */
async function compare({ profile, verified }: CommandContext, placed: PlacedPin, code: Uint8Array): Promise<PlacedPin> {
  const { identifier, pin } = placed;
  requireTries(pin.triesLeft);
  const triesLeft = pin.triesLeft - 1;
  await profile.updatePin(identifier, { ...pin, triesLeft });
  if (!timingSafeEqual(code, pin.value)) {
    verified.delete(identifier);
    throw new StatusWordError(STATUS_WORD.TRIES_LEFT | triesLeft);
  }
  const restored = { ...pin, triesLeft: pin.triesMaximum };
  await profile.updatePin(identifier, restored);
  verified.add(identifier);
  return { identifier, pin: restored };
}

function namedPin({ profile, channel }: CommandContext, { p1, p2 }: CommandApdu): PlacedPin {
  if (p1 !== 0) throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
  const placed = profile.pin(channel.directory, p2);
  if (placed === undefined) throw new StatusWordError(STATUS_WORD.REFERENCED_DATA_NOT_FOUND);
  return placed;
}

function requireEnabled({ pin }: PlacedPin): void {
  if (!pin.enabled) throw new StatusWordError(STATUS_WORD.REFERENCED_DATA_UNUSABLE);
}

function requireTries(left: number): void {
  if (left === 0) throw new StatusWordError(STATUS_WORD.AUTHENTICATION_BLOCKED);
}

function onlyCode({ data }: CommandApdu): Uint8Array {
  if (data.length !== CODE_OCTETS) throw new StatusWordError(STATUS_WORD.WRONG_LENGTH);
  return data;
}

function twoCodes({ data }: CommandApdu): readonly [Uint8Array, Uint8Array] {
  if (data.length !== 2 * CODE_OCTETS) throw new StatusWordError(STATUS_WORD.WRONG_LENGTH);
  return [data.subarray(0, CODE_OCTETS), data.subarray(CODE_OCTETS)];
}
