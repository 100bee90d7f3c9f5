import type { CommandApdu, ResponseApdu } from '../card/command-apdu.ts';
import type { LogicalChannel } from '../card/logical-channel.ts';
import { STATUS_WORD, StatusWordError } from '../card/status-word.ts';
import { type AccessRuleReference, type FilePath, fileIdText } from '../profile/card-file.ts';
import type { StoredProfile } from '../profile/stored-profile.ts';
import type { AccessDomain } from '../remote-management/access-domain.ts';
import { type AccessMode, isAllowed } from './access-rule.ts';

/** What a command works on. */
export interface CommandContext {
  readonly profile: StoredProfile;
  readonly channel: LogicalChannel;
  /** identifiers of the PINs that were verified since the reset */
  readonly verified: Set<string>;
  /** octets of a cryptographic source */
  readonly random: (octets: number) => Uint8Array;
  /** of remote management: what its access domains say of a file; absent for a terminal */
  readonly accessDomain?: (path: FilePath) => AccessDomain;
}

export type CommandHandler = (context: CommandContext, command: CommandApdu) => Promise<ResponseApdu> | ResponseApdu;

const NO_DATA = new Uint8Array(0);

/** The answer of a command that succeeded. */
export function done(data: Uint8Array = NO_DATA): ResponseApdu {
  return { data, statusWord: STATUS_WORD.NORMAL };
}

/** Whether what needs this code may be done in the directory: it was verified, or need not be. */
export function isSatisfied({ profile, verified }: CommandContext, directory: FilePath, reference: number): boolean {
  const placed = profile.pin(directory, reference);
  return placed !== undefined && (!placed.pin.enabled || verified.has(placed.identifier));
}

/**
 * Lets the command go on when the access rule of the file allows it: to who was verified, and to remote management by its access domain.
 *
 * EF.ARR is looked for where ETSI TS 102 221 section 9.2.7 has it: beside the file, then in the directories above.
 *
 * @throws StatusWordError 6982
 */
export function requireAccess(context: CommandContext, path: FilePath, mode: AccessMode): void {
  const { profile } = context;
  const file = profile.tree.get(path)?.file;
  const directory = path.slice(0, -4);
  const record = file?.accessRule === undefined ? undefined : ruleRecord(profile, directory, file.accessRule);
  const domain = context.accessDomain?.(path);
  const satisfied = (reference: number) =>
    domain?.grants(reference) === true || isSatisfied(context, directory, reference);
  if (record === undefined || domain?.access === false || !isAllowed(record, mode, satisfied)) {
    throw new StatusWordError(STATUS_WORD.SECURITY_STATUS_NOT_SATISFIED);
  }
}

function ruleRecord(profile: StoredProfile, directory: FilePath, rule: AccessRuleReference): Uint8Array | undefined {
  for (const { path } of profile.tree.upwards(directory)) {
    const arr = profile.tree.child(path, fileIdText(rule.fileId));
    const length = arr?.file.recordLength;
    if (arr === undefined || length === undefined) continue;
    const start = (rule.record - 1) * length;
    return profile.content(arr.path).subarray(start, start + length);
  }
  return undefined;
}
