import { readFileSync } from 'node:fs';
import { OrderAttributes, ProfilePolicyRule } from '@tegata/contracts/management-v1';
import { isEid } from '@tegata/rsp';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { AdminError } from './network.ts';
import { readTime } from './written-time.ts';

/** How an order may be downloaded, as options say it. */
export interface OrderOptions {
  readonly eid?: string;
  readonly matchingId?: string;
  readonly defaultOrder?: boolean;
  readonly eventId?: string;
  readonly smds?: string;
  readonly set?: string;
  readonly confirmationCode?: string;
  readonly confirmationCodeFile?: string;
  readonly confirmationTries?: number;
  readonly downloadTries?: number;
  readonly expires?: Date;
  readonly policy?: PolicyRuleName[];
  readonly hold?: boolean;
}

/** A whole number from 1 to 999999. */
export const count = (text: string): number => {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('a whole number from 1');
  return Number(text);
};
const eid = (text: string): string => {
  if (!isEid(text)) throw new InvalidArgumentError('32 digits with their check digits');
  return text;
};
/** A day of UTC, or a time with its zone. */
export const timeOption = (text: string): Date => {
  const date = readTime(text);
  if (date === undefined) throw new InvalidArgumentError('a time as 2026-12-31 or 2026-12-31T18:00:00Z');
  return date;
};

/** Adds the options that all orders of a command have in common. */
export function withSharedOrderOptions(command: Command): Command {
  return command
    .option('--smds <address>', 'SM-DS to announce the profile at; needs an EID')
    .option('--set <name>', 'certificates that the eUICC is of: the activation code leads to the listener of this set')
    .option('--confirmation-tries <number>', 'wrong confirmation codes that end the order', count)
    .option('--download-tries <number>', 'downloads that may begin', count)
    .option(
      '--expires <time>',
      'when the order lapses, 2026-12-31 or with a time; a past one makes an order that has lapsed',
      timeOption,
    )
    .addOption(new Option('--policy <rules...>', 'profile policy rules').choices(Object.keys(policyRules)))
    .option('--hold', 'confirm only; release later with `order release`');
}

/** Adds the options of a single order. */
export function withOrderOptions(command: Command): Command {
  return withSharedOrderOptions(
    command
      .option('--eid <digits>', 'for this eUICC only', eid)
      .option('--matching-id <id>', 'matching id to use, of any characters')
      .option('--default-order', 'found by the EID alone, without a matching id')
      .option('--event-id <id>', 'event identifier at the SM-DS, if not the matching id')
      .option('--confirmation-code <code>', 'code the user must enter')
      .option('--confirmation-code-file <file>', 'the same, from a file that others do not see'),
  );
}

/** Policy rules that an order can set, by the names operators give them. */
export const policyRules = { ppr1: ProfilePolicyRule.PPR1, ppr2: ProfilePolicyRule.PPR2 } as const;
export type PolicyRuleName = keyof typeof policyRules;

/**
 * The attributes of an order.
 * @throws AdminError USAGE, CONFIRMATION_CODE_UNREADABLE
 */
export function orderAttributes(options: OrderOptions): OrderAttributes {
  if (options.matchingId !== undefined && options.defaultOrder) {
    throw new AdminError('USAGE', '--matching-id and --default-order exclude each other.', 'Leave one out.');
  }
  return OrderAttributes.fromPartial({
    eid: options.eid ?? '',
    ...(options.matchingId !== undefined && { selection: { $case: 'matchingId', value: options.matchingId } }),
    ...(options.defaultOrder && { selection: { $case: 'defaultOrder', value: true } }),
    eventId: options.eventId ?? '',
    smdsAddress: options.smds ?? '',
    set: options.set ?? '',
    confirmationCode: confirmationCode(options),
    confirmationTries: options.confirmationTries ?? 0,
    downloadTries: options.downloadTries ?? 0,
    ...(options.expires && { expireTime: options.expires }),
    policyRules: (options.policy ?? []).map((name) => policyRules[name]),
    hold: options.hold ?? false,
  });
}

function confirmationCode({ confirmationCode: code, confirmationCodeFile: file }: OrderOptions): string {
  if (file === undefined) return code ?? '';
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new AdminError('CONFIRMATION_CODE_UNREADABLE', `${file} can't be read.`, 'Name a file with the code.', {
      cause,
    });
  }
}
