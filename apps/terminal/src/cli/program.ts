import { Command } from 'commander';
import { addAttach } from './command-line/attach.ts';
import { addCertificate } from './command-line/certificate.ts';
import { addChip } from './command-line/chip.ts';
import { examples, type Runner } from './command-line/command.ts';
import { addContract } from './command-line/contract.ts';
import { addDaemon } from './command-line/daemon.ts';
import { addEuicc } from './command-line/euicc.ts';
import { addLocalAuth } from './command-line/local-auth.ts';
import { addNotification } from './command-line/notification.ts';
import { addProfile } from './command-line/profile.ts';

const exitCodeText = `
Exit codes: 0 done, 1 unexpected, 2 usage, 3 something to set up first, 4 local authentication, 5 pictures or other
input to put right, 6 refused, 7 a server can't be reached (try later), 8 not found or not in the state for it,
130 stopped by Ctrl-C. Every code and what to do about it: docs/terminal.md`;

/** The command line of `tegata`. Implementations are loaded when they are run, so that help is there at once. */
export function createProgram(run: Runner): Command {
  const program = new Command('tegata')
    .description(
      'A communication terminal: applies for contracts, keeps your identity certificate, manages eSIM profiles.',
    )
    .option('--state <dir>', 'folder of this terminal (default: .tegata/terminal, or TEGATA_STATE)')
    .option(
      '--network <file>',
      'file that says where carriers and relay are (default: .tegata/network.json, or TEGATA_NETWORK)',
    )
    .option('--json', 'print one JSON document on standard output and nothing else, errors too')
    .option('--password-file <file>', 'read the password from a file (or TEGATA_PASSWORD_FILE)')
    .option('--password-stdin', 'read the password from standard input')
    .option('--verbose', 'show details of errors and of what goes on')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(see --help)')
    .addHelpText(
      'after',
      examples(
        'tegata local-auth register',
        'tegata contract apply --carrier aozora --document me.jpg --frames capture/',
        'tegata contract apply --carrier minato',
        'tegata profile list',
        'tegata attach',
      ) + exitCodeText,
    );
  addLocalAuth(program, run);
  addContract(program, run);
  addChip(program, run);
  addProfile(program, run);
  addCertificate(program, run);
  addNotification(program, run);
  addEuicc(program, run);
  addAttach(program, run);
  addDaemon(program, run);
  inheritSettings(program, program.commands);
  return program;
}

/** Subcommands write help and refuse a command line as the program does. */
function inheritSettings(parent: Command, commands: readonly Command[]): void {
  for (const command of commands) {
    command.copyInheritedSettings(parent);
    inheritSettings(command, command.commands);
  }
}
