import type { Command } from 'commander';
import { examples, type Runner } from './command.ts';

/** `tegata local-auth`: the password that the eUICC compares. */
export function addLocalAuth(program: Command, run: Runner): void {
  const load = () => import('../commands/local-auth.ts');
  const group = program.command('local-auth').description('local authentication: the password that the eUICC compares');
  group
    .command('status')
    .description('say whether a password is registered and how many tries are left')
    .addHelpText('after', examples('tegata local-auth status'))
    .action((_options, command: Command) => run(command, async (context) => (await load()).showStatus(context)));
  group
    .command('register')
    .description('register a password, or change it; shows the reset code once')
    .option('--current-password-file <file>', 'read the current password from a file, when one is registered')
    .addHelpText(
      'after',
      examples(
        'tegata local-auth register',
        'tegata local-auth register --password-file new.txt --current-password-file old.txt',
      ),
    )
    .action((options: { currentPasswordFile?: string }, command: Command) =>
      run(command, async (context) => (await load()).register(context, options)),
    );
  group
    .command('verify')
    .description('try the password; five failures in a row lock it')
    .addHelpText('after', examples('tegata local-auth verify', 'tegata local-auth verify --password-file pw.txt'))
    .action((_options, command: Command) => run(command, async (context) => (await load()).verify(context)));
  group
    .command('unlock')
    .description('unlock with the reset code and register a new password')
    .option('--reset-code-file <file>', 'read the reset code from a file')
    .addHelpText(
      'after',
      examples(
        'tegata local-auth unlock',
        'tegata local-auth unlock --reset-code-file code.txt --password-file new.txt',
      ),
    )
    .action((options: { resetCodeFile?: string }, command: Command) =>
      run(command, async (context) => (await load()).unlock(context, options)),
    );
}
