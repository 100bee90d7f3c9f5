import { STATUS_WORD, StatusWordError } from '../card/status-word.ts';
import type { FilePath } from '../profile/card-file.ts';
import { type CommandContext, isSatisfied } from './card-session.ts';

/** The PIN of the user, where a directory names none. */
const GLOBAL_PIN = 0x01;

/**
 * Lets the command go on when the user's PIN of the application was verified or is disabled. It is the global one (01 to 08) that the
 * directory names; 81 and up are for particular files.
 *
 * @throws StatusWordError 6982
 */
export function requireUser(context: CommandContext, application: FilePath): void {
  const references = [...(context.profile.tree.get(application)?.file.pinReferences ?? [])];
  const reference = references.find((candidate) => candidate >= 0x01 && candidate <= 0x08) ?? GLOBAL_PIN;
  const exists = context.profile.pin(application, reference) !== undefined;
  if (exists && !isSatisfied(context, application, reference)) {
    throw new StatusWordError(STATUS_WORD.SECURITY_STATUS_NOT_SATISFIED);
  }
}
