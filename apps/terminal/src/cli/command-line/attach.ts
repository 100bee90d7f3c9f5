import type { Command } from 'commander';
import { examples, type Runner } from './command.ts';

/** `tegata attach` */
export function addAttach(program: Command, run: Runner): void {
  program
    .command('attach')
    .description("attach to the enabled profile's network: authentication and key agreement with the carrier")
    .addHelpText('after', examples('tegata attach', 'tegata attach --json'))
    .action((_options, command: Command) =>
      run(command, async (context) => (await import('../commands/attach.ts')).attach(context)),
    );
}
