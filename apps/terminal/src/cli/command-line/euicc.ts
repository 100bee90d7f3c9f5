import type { Command } from 'commander';
import type { CardOptions } from '../command-context.ts';
import { caOption, connectOption, readerOption, withReader } from './card-options.ts';
import { examples, type Runner } from './command.ts';
import { KnownArgument } from './reader-name.ts';

/** `tegata euicc`: the eUICC of this terminal. */
export function addEuicc(program: Command, run: Runner): void {
  const load = () => import('../commands/euicc.ts');
  const group = program.command('euicc').description('the eUICC of this terminal');
  group
    .command('info')
    .description('show identifiers, memory and profiles')
    .addOption(readerOption())
    .addHelpText('after', examples('tegata euicc info', 'tegata euicc info --reader'))
    .action((options: CardOptions, command: Command) =>
      run(command, async (context) => (await load()).info(context, options)),
    );
  group
    .command('applications')
    .description('list security domains and the applications of profiles, which are kept and not run')
    .addHelpText('after', examples('tegata euicc applications'))
    .action((_options, command: Command) => run(command, async (context) => (await load()).applications(context)));
  group
    .command('default-smdp')
    .description('show or set the SM-DP+ that downloads go to when none is named')
    .addArgument(new KnownArgument('address', 'new address', /^[^\s.]+(?:\.[^\s.]+)+$/))
    .option('--clear', 'forget it')
    .option('--yes', 'do not ask')
    .addOption(readerOption())
    .addHelpText(
      'after',
      examples(
        'tegata euicc default-smdp',
        'tegata euicc default-smdp rsp.aozora.example',
        'tegata euicc default-smdp --clear --yes',
      ),
    )
    .action(
      (address: string | undefined, options: CardOptions & { clear?: boolean; yes?: boolean }, command: Command) =>
        run(command, async (context) => (await load()).defaultSmdp(context, address, options)),
    );
  group
    .command('reset')
    .description('erase parts of its memory for good')
    .option('--profiles', 'operational profiles')
    .option('--test-profiles', 'test profiles that were loaded in the field')
    .option('--default-address', 'the default SM-DP+ address')
    .option('--local-auth', 'the password, its reset code and the identity certificate')
    .option('--yes', 'do not ask')
    .addOption(readerOption())
    .addOption(connectOption(withReader))
    .addOption(caOption(withReader))
    .addHelpText(
      'after',
      examples('tegata euicc reset --local-auth', 'tegata euicc reset --profiles --default-address --yes'),
    )
    .action((options: object, command: Command) =>
      run(command, async (context) => (await load()).reset(context, options)),
    );
  group
    .command('apdu')
    .description('talk to it as a card: one command APDU a line in hexadecimal digits, one response a line')
    .addOption(readerOption())
    .addHelpText(
      'after',
      `
RESET resets the card and is answered with the ATR. Empty lines and lines that begin with # are passed over. A line that is no
command APDU is explained on standard error and answered 6F00, or 6700 for its length; nothing is sent to the card then.
` +
        examples(
          'tegata euicc apdu < commands.txt',
          'echo 00A4040010A0000005591010FFFFFFFF890000010000 | tegata euicc apdu',
          'tegata euicc apdu --reader < commands.txt',
        ),
    )
    .action((options: CardOptions, command: Command) =>
      run(command, async (context) => (await load()).apdu(context, options)),
    );
  group
    .command('vpcd')
    .description('put it into the virtual smart-card reader of vpcd, for PC/SC programs, until Ctrl-C')
    .option('--host <name>', 'where pcscd with vpcd runs', '127.0.0.1')
    .option('--port <number>', "vpcd's port", '35963')
    .addHelpText('after', examples('tegata euicc vpcd', 'tegata euicc vpcd --port 35964'))
    .action((options: { host: string; port: string }, command: Command) =>
      run(command, async (context) => (await load()).vpcd(context, options)),
    );
}
