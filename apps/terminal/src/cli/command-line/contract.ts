import { type Command, Option } from 'commander';
import { examples, type Runner } from './command.ts';
import { KnownArgument } from './reader-name.ts';

/** `tegata contract`: contracts with carriers. */
export function addContract(program: Command, run: Runner): void {
  const load = () => import('../commands/contract.ts');
  const group = program.command('contract').description('contracts with carriers');
  group
    .command('apply')
    .description('apply for a contract and go through to the enabled profile; what is not given is asked for')
    .requiredOption('--carrier <name>', 'carrier, as in the network file')
    .option(
      '--document <file>',
      'picture of the identity document (JPEG, PNG, WebP), until you have an identity certificate',
    )
    .option('--as-it-is', 'send that picture whatever the terminal sees in it: blur, glare, a cut edge')
    .option('--chip <dir>', "files of the document's chip in its place: EF_SOD.bin, EF_DG1.bin, EF_DG2.bin")
    .option('--reader [name]', 'read that chip in a card reader; part of its name, when there are several')
    .option('--document-number <number>', 'document number, for the chip in the reader')
    .option('--expiry-date <date>', 'expiry date of the document, YYYY-MM-DD, for the chip in the reader')
    .option('--can <number>', 'card access number in their place: six digits on the face of the card')
    .option(
      '--public-key <dir>',
      'a card that signs, in place of document and frames: its certificate and key in a folder',
    )
    .option('--pin-file <file>', 'read the PIN of that card from a file; asked for otherwise')
    .option(
      '--transfer <file>',
      'file with a transfer code, in place of a document: tegata certificate transfer makes it on your other device',
    )
    .option(
      '--frames <dir>',
      'folder of camera frames: straight/, left/, right/, up/, down/, colours/ with JPEG files, and document-colours/ ' +
        'for the picture of a document, unless the authentication server does not ask for it',
    )
    .option(
      '--camera <source>',
      'where frames come from instead: page, a page in your browser that guides you, and photographs the document if none ' +
        'is given; v4l2:/dev/videoN, a camera before which this window guides you and lights you; file:VIDEO, whose frames are taken in order and do not ' +
        'follow prompts; dir:FOLDER as with --frames',
    )
    .option('--no-open', 'tell the link of the page, and open no browser')
    .option('--family-name <name>', 'family name, as on the document')
    .option('--given-name <name>', 'given name, as on the document')
    .option('--birth-date <date>', 'date of birth, YYYY-MM-DD')
    .option('--address <address>', 'postal address')
    .addOption(
      new Option('--disclose <names...>', 'attributes of the identity certificate to show to the carrier').choices([
        'family_name',
        'given_name',
        'birth_date',
        'address',
      ]),
    )
    .addHelpText(
      'after',
      examples(
        'tegata contract apply --carrier aozora --camera page',
        'tegata contract apply --carrier aozora --document me.jpg --frames capture/',
        'tegata contract apply --carrier aozora --chip chip/ --camera page',
        'tegata contract apply --carrier aozora --reader --frames capture/',
        'tegata contract apply --carrier aozora --transfer transfer.txt --frames capture/',
        'tegata contract apply --carrier minato --disclose birth_date',
        'tegata contract apply --carrier minato --family-name Aoki --given-name Hana --birth-date 1990-04-01 \\\n' +
          '        --address "1-2-3 Minato" --password-file pw.txt --json',
      ),
    )
    .action((options: { carrier: string; open: boolean }, command: Command) =>
      run(command, async (context) => (await load()).apply(context, options)),
    );
  group
    .command('resume')
    .description('go on with a contract where it stopped, whatever stopped it')
    .addArgument(new KnownArgument('id', 'contract; the only open one when left out', /^[0-9a-f]{8}-[0-9a-f-]{27}$/i))
    .option('--document <file>', 'other picture of the identity document')
    .option('--as-it-is', 'send that picture whatever the terminal sees in it')
    .option('--chip <dir>', "files of the document's chip in place of a picture")
    .option('--reader [name]', 'read that chip in a card reader')
    .option('--document-number <number>', 'document number, for the chip in the reader')
    .option('--birth-date <date>', 'date of birth, for the chip in the reader')
    .option('--expiry-date <date>', 'expiry date of the document, for the chip in the reader')
    .option('--can <number>', 'card access number in their place')
    .option('--public-key <dir>', 'a card that signs, in place of document and frames')
    .option('--pin-file <file>', 'read the PIN of that card from a file')
    .option('--transfer <file>', 'file with a transfer code, in place of a document')
    .option('--frames <dir>', 'other folder of camera frames, for example after a refused ID photo')
    .option('--camera <source>', 'another camera: page, v4l2:/dev/videoN, file:VIDEO, dir:FOLDER')
    .option('--no-open', 'tell the link of the page, and open no browser')
    .addHelpText(
      'after',
      examples('tegata contract resume', 'tegata contract resume --document me.jpg --frames better/'),
    )
    .action((id: string | undefined, options: { open: boolean }, command: Command) =>
      run(command, async (context) => (await load()).resume(context, id, options)),
    );
  group
    .command('cancel')
    .description('give up a contract whose profile is not installed; what was handed in for it is erased')
    .addArgument(new KnownArgument('id', 'contract; the only open one when left out', /^[0-9a-f]{8}-[0-9a-f-]{27}$/i))
    .addHelpText(
      'after',
      examples('tegata contract cancel', 'tegata contract cancel 6f1c0f0e-8f0e-4d6e-9d52-0a8a54b6a1f2'),
    )
    .action((id: string | undefined, _options, command: Command) =>
      run(command, async (context) => (await load()).cancel(context, id)),
    );
  group
    .command('list')
    .description('list the contracts of this terminal')
    .addHelpText('after', examples('tegata contract list', 'tegata contract list --json'))
    .action((_options, command: Command) => run(command, async (context) => (await load()).list(context)));
  group
    .command('show')
    .description('show one contract with its steps')
    .argument('<id>', 'contract')
    .addHelpText('after', examples('tegata contract show 6f1c0f0e-8f0e-4d6e-9d52-0a8a54b6a1f2'))
    .action((id: string, _options, command: Command) =>
      run(command, async (context) => (await load()).show(context, id)),
    );
}
