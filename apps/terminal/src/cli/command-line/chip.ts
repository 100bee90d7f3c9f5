import type { Command } from 'commander';
import { examples, type Runner } from './command.ts';

/** `tegata chip`: the chip of an identity document. */
export function addChip(program: Command, run: Runner): void {
  program
    .command('chip')
    .description('the chip of an identity document')
    .command('read')
    .description('read the chip of a document in a card reader into a folder: EF_SOD.bin, EF_DG1.bin, EF_DG2.bin')
    .requiredOption('--out <dir>', 'folder to write to; it is made, readable by you alone')
    .option('--reader <name>', 'part of the name of the reader; whichever has a card, when left out')
    .option('--document-number <number>', 'document number, as printed')
    .option('--birth-date <date>', 'date of birth, YYYY-MM-DD')
    .option('--expiry-date <date>', 'expiry date of the document, YYYY-MM-DD')
    .option('--can <number>', 'card access number in place of these three: six digits on the face of the card')
    .addHelpText('after', examples('tegata chip read --out chip/', 'tegata chip read --out chip/ --can 123456'))
    .action((options: { out: string }, command: Command) =>
      run(command, async (context) => (await import('../commands/chip.ts')).read(context, options)),
    );
}
