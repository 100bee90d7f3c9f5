import type { CommandContext } from '../command-context.ts';
import { readSecret } from '../password.ts';

/** `tegata local-auth status` */
export async function showStatus({ output, typed, withTerminal }: CommandContext): Promise<void> {
  const { registered, triesLeft } = await withTerminal(({ localUser }) => localUser.getLocalAuthentication({}));
  const sentence = !registered
    ? `No password is registered. Register one: ${typed('local-auth register')}`
    : triesLeft === 0
      ? `Locked after too many wrong passwords. Unlock: ${typed('local-auth unlock')}`
      : `A password is registered; ${triesLeft} tries are left.`;
  output.result({ registered, triesLeft, locked: registered && triesLeft === 0 }, [sentence]);
}

/** `tegata local-auth register` */
export async function register(
  { output, passwords, prompts, withTerminal }: CommandContext,
  options: { readonly currentPasswordFile?: string },
): Promise<void> {
  const { resetCode } = await withTerminal(async ({ localUser }) => {
    const { registered } = await localUser.getLocalAuthentication({});
    const file = options.currentPasswordFile;
    let currentPassword = '';
    if (file !== undefined) currentPassword = readSecret(file);
    else if (registered) currentPassword = await prompts.secret('Current password');
    const password = await passwords.chosen();
    return localUser.registerLocalAuthentication({ password, currentPassword });
  });
  output.result({ registered: true, resetCode }, [
    'The password is registered.',
    `Reset code: ${output.style('strong', inGroups(resetCode))}`,
    'Write it down: it unlocks after too many wrong passwords, and is not shown again.',
  ]);
}

/** `tegata local-auth verify` */
export async function verify({ output, passwords, withTerminal }: CommandContext): Promise<void> {
  const password = await passwords.current();
  await withTerminal(({ localUser }) => localUser.verifyLocalAuthentication({ password }));
  output.result({ verified: true }, ['The password is right.']);
}

/** `tegata local-auth unlock` */
export async function unlock(
  { output, passwords, prompts, withTerminal }: CommandContext,
  options: { readonly resetCodeFile?: string },
): Promise<void> {
  const typed =
    options.resetCodeFile === undefined
      ? await prompts.secret('Reset code (16 digits)')
      : readSecret(options.resetCodeFile);
  const newPassword = await passwords.chosen();
  const request = { resetCode: typed.replaceAll(/[\s-]/g, ''), newPassword };
  const { resetCode } = await withTerminal(({ localUser }) => localUser.unlockLocalAuthentication(request));
  output.result({ unlocked: true, resetCode }, [
    'Unlocked; the new password is registered.',
    `New reset code: ${output.style('strong', inGroups(resetCode))}`,
    'The old one is used up. Write the new one down; it is not shown again.',
  ]);
}

function inGroups(digits: string): string {
  return digits.replaceAll(/(.{4})(?=.)/g, '$1 ');
}
