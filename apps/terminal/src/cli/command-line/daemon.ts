import type { Command } from 'commander';
import { examples, type Runner } from './command.ts';

/** `tegata daemon` */
export function addDaemon(program: Command, run: Runner): void {
  program
    .command('daemon')
    .description('serve this terminal on its socket until Ctrl-C, for other programs and quicker commands')
    .option('--wait <seconds>', 'wait this long for the network file to appear', '0')
    .addHelpText('after', examples('tegata daemon', 'tegata daemon --state .tegata/phone-2'))
    .action((options: { wait?: string }, command: Command) =>
      run(command, async (context) => (await import('../commands/daemon.ts')).daemon(context, options)),
    );
}
