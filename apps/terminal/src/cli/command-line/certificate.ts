import type { Command } from 'commander';
import { examples, type Runner } from './command.ts';

/** `tegata certificate`: the identity certificate. */
export function addCertificate(program: Command, run: Runner): void {
  const load = () => import('../commands/certificate.ts');
  const group = program.command('certificate').description('the identity certificate');
  group
    .command('show')
    .description('show it, after local authentication')
    .addHelpText('after', examples('tegata certificate show', 'tegata certificate show --password-file pw.txt --json'))
    .action((_options, command: Command) => run(command, async (context) => (await load()).show(context)));
  group
    .command('transfer')
    .description('make a transfer code, for a new certificate on another device by your face, without a document')
    .requiredOption('--to <eid>', 'EID of the other device, as tegata euicc info shows it there')
    .option('--out <file>', 'write the code to a file that only you can read')
    .addHelpText(
      'after',
      examples('tegata certificate transfer --to 89049032000000000000000000000142 --out transfer.txt'),
    )
    .action((options: { to: string; out?: string }, command: Command) =>
      run(command, async (context) => (await load()).transfer(context, options)),
    );
}
