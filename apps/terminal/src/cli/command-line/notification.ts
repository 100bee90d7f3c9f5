import type { Command } from 'commander';
import type { CardOptions } from '../command-context.ts';
import { caOption, connectOption, readerOption, withReader } from './card-options.ts';
import { examples, type Runner } from './command.ts';
import { KnownArgument } from './reader-name.ts';

/** `tegata notification`: what the eUICC has to tell carriers. */
export function addNotification(program: Command, run: Runner): void {
  const load = () => import('../commands/notification.ts');
  const group = program.command('notification').description('what the eUICC has to tell carriers');
  group
    .command('list')
    .description('list the notifications that wait')
    .addOption(readerOption())
    .addHelpText('after', examples('tegata notification list', 'tegata notification list --reader'))
    .action((options: CardOptions, command: Command) =>
      run(command, async (context) => (await load()).list(context, options)),
    );
  group
    .command('process')
    .description('deliver them')
    .addArgument(new KnownArgument('number', 'only this one', /^[0-9]+$/))
    .addOption(readerOption())
    .addOption(connectOption(withReader))
    .addOption(caOption(withReader))
    .addHelpText('after', examples('tegata notification process', 'tegata notification process 7'))
    .action((number: string | undefined, options: CardOptions, command: Command) =>
      run(command, async (context) => (await load()).process(context, number, options)),
    );
}
