import { Argument, Command, Option } from 'commander';
import type { CardOptions, CommandContext } from './command-context.ts';

/** Runs the function of a command; given by main, which knows streams and settings. */
export type Runner = (
  command: Command,
  action: (context: CommandContext, ...positionals: (string | undefined)[]) => Promise<void>,
  positionals?: readonly (string | undefined)[],
) => Promise<void>;

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
  program
    .command('attach')
    .description("attach to the enabled profile's network: authentication and key agreement with the carrier")
    .addHelpText('after', examples('tegata attach', 'tegata attach --json'))
    .action((_options, command: Command) =>
      run(command, async (context) => (await import('./commands/attach.ts')).attach(context)),
    );
  program
    .command('daemon')
    .description('serve this terminal on its socket until Ctrl-C, for other programs and quicker commands')
    .option('--wait <seconds>', 'wait this long for the network file to appear', '0')
    .addHelpText('after', examples('tegata daemon', 'tegata daemon --state .tegata/phone-2'))
    .action((options: { wait?: string }, command: Command) =>
      run(command, async (context) => (await import('./commands/daemon.ts')).daemon(context, options)),
    );
  inheritSettings(program, program.commands);
  return program;
}

function addLocalAuth(program: Command, run: Runner): void {
  const load = () => import('./commands/local-auth.ts');
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

function addContract(program: Command, run: Runner): void {
  const load = () => import('./commands/contract.ts');
  const group = program.command('contract').description('contracts with carriers');
  group
    .command('apply')
    .description('apply for a contract and go through to the enabled profile; what is not given is asked for')
    .requiredOption('--carrier <name>', 'carrier, as in the network file')
    .option(
      '--document <file>',
      'picture of the identity document (JPEG, PNG, WebP), until you have an identity certificate',
    )
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
    .option('--frames <dir>', 'folder of camera frames: straight/, left/, right/, up/, down/, colours/ with JPEG files')
    .option(
      '--camera <source>',
      'where frames come from instead: page, a page in your browser that guides you, and photographs the document if none ' +
        'is given; v4l2:/dev/videoN, a camera; file:VIDEO, whose frames are taken in order and do not ' +
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
    .argument('[id]', 'contract; the only open one when left out')
    .option('--document <file>', 'other picture of the identity document')
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

function addChip(program: Command, run: Runner): void {
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
      run(command, async (context) => (await import('./commands/chip.ts')).read(context, options)),
    );
}

function addProfile(program: Command, run: Runner): void {
  const load = () => import('./commands/profile.ts');
  const loadDownload = () => import('./commands/profile-download.ts');
  const group = program.command('profile').description('profiles in the eUICC');
  group
    .command('list')
    .description('list the profiles')
    .addOption(readerOption())
    .addHelpText('after', examples('tegata profile list', 'tegata profile list --reader'))
    .action((options: CardOptions, command: Command) =>
      run(command, async (context) => (await load()).list(context, options)),
    );
  group
    .command('download')
    .description('download a profile from any SM-DP+ over HTTPS; it is shown before it is installed')
    .option('--activation-code <code>', 'what the QR code says: LPA:1$address$token')
    .option('--smdp <address>', 'address of the SM-DP+; the default one of the eUICC when nothing is given')
    .option('--matching-id <id>', 'matching id at that SM-DP+')
    .option('--oid <oid>', 'OID that the SM-DP+ must have')
    .option('--confirmation-code <code>', 'confirmation code; asked for when it is needed')
    .option('--confirmation-code-file <file>', 'read it from a file, where other users do not see it')
    .addOption(readerOption())
    .addOption(connectOption())
    .addOption(caOption())
    .option('--yes', 'do not ask, install')
    .addHelpText(
      'after',
      examples(
        "tegata profile download --activation-code 'LPA:1$rsp.aozora.example$K7QX2'",
        'tegata profile download --smdp rsp.aozora.example --matching-id K7QX2 --confirmation-code-file code.txt --yes',
        'tegata profile download --smdp smdp.example.com --connect smdp.example.com=127.0.0.1:8443 --ca ci.pem',
        "tegata profile download --reader --ca ci.pem --activation-code 'LPA:1$smdp.example.com$K7QX2'",
      ),
    )
    .action((options: object, command: Command) =>
      run(command, async (context) => (await loadDownload()).download(context, options)),
    );
  group
    .command('discover')
    .description('ask an SM-DS which profiles wait for this eUICC, and download them one by one')
    .option('--smds <address>', 'address of the SM-DS; the root SM-DS of the eUICC when left out')
    .option('--confirmation-code <code>', 'confirmation code; asked for when it is needed')
    .addOption(readerOption())
    .addOption(connectOption())
    .addOption(caOption())
    .option('--yes', 'do not ask, install everything')
    .addHelpText(
      'after',
      examples('tegata profile discover', 'tegata profile discover --json', 'tegata profile discover --yes'),
    )
    .action((options: object, command: Command) =>
      run(command, async (context) => (await loadDownload()).discover(context, options)),
    );
  group
    .command('discovery')
    .description('show or switch whether the daemon asks at power-on which profiles wait; off until you switch it on')
    .addArgument(
      new Argument('[setting]', 'on or off; shows the setting and what was heard when left out').choices(['on', 'off']),
    )
    .addHelpText('after', examples('tegata profile discovery', 'tegata profile discovery on'))
    .action((setting: string | undefined, _options, command: Command) =>
      run(command, async (context) => (await import('./commands/discovery.ts')).discovery(context, setting)),
    );
  group
    .command('enable')
    .description('enable a profile; the enabled one is disabled')
    .argument('<profile>', 'ICCID or nickname')
    .addOption(readerOption())
    .addOption(connectOption(withReader))
    .addOption(caOption(withReader))
    .addHelpText(
      'after',
      examples(
        'tegata profile enable 89000123456789012341',
        'tegata profile enable travel',
        'tegata profile enable travel --ca ci.pem --reader',
      ),
    )
    .action((name: string, options: CardOptions, command: Command) =>
      run(command, async (context) => (await load()).enable(context, name, options)),
    );
  group
    .command('disable')
    .description('disable the enabled profile')
    .argument('<profile>', 'ICCID or nickname')
    .addOption(readerOption())
    .addOption(connectOption(withReader))
    .addOption(caOption(withReader))
    .addHelpText('after', examples('tegata profile disable 89000123456789012341'))
    .action((name: string, options: CardOptions, command: Command) =>
      run(command, async (context) => (await load()).disable(context, name, options)),
    );
  group
    .command('delete')
    .description('delete a disabled profile for good')
    .argument('<profile>', 'ICCID or nickname')
    .option('--yes', 'do not ask')
    .addOption(readerOption())
    .addOption(connectOption(withReader))
    .addOption(caOption(withReader))
    .addHelpText('after', examples('tegata profile delete 89000123456789012341', 'tegata profile delete travel --yes'))
    .action((name: string, options: { yes?: boolean }, command: Command) =>
      run(command, async (context) => (await load()).remove(context, name, options)),
    );
  group
    .command('nickname')
    .description('give a profile a name of your own')
    .argument('<profile>', 'ICCID or nickname')
    .argument('<name>', 'new name, at most 64 characters; "" removes it')
    .addOption(readerOption())
    .addHelpText('after', examples('tegata profile nickname 89000123456789012341 travel'))
    .action((name: string, nick: string, options: CardOptions, command: Command) =>
      run(command, async (context) => (await load()).nickname(context, name, nick, options)),
    );
}

function addCertificate(program: Command, run: Runner): void {
  const load = () => import('./commands/certificate.ts');
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

function addNotification(program: Command, run: Runner): void {
  const load = () => import('./commands/notification.ts');
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
    .argument('[number]', 'only this one')
    .addOption(readerOption())
    .addOption(connectOption(withReader))
    .addOption(caOption(withReader))
    .addHelpText('after', examples('tegata notification process', 'tegata notification process 7'))
    .action((number: string | undefined, options: CardOptions, command: Command) =>
      run(command, async (context) => (await load()).process(context, number, options)),
    );
}

function addEuicc(program: Command, run: Runner): void {
  const load = () => import('./commands/euicc.ts');
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
    .argument('[address]', 'new address')
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
    .addHelpText(
      'after',
      `
RESET resets the card and is answered with the ATR. Empty lines and lines that begin with # are passed over. A line that is no
command APDU is explained on standard error and answered 6F00, or 6700 for its length; nothing is sent to the card then.
` +
        examples(
          'tegata euicc apdu < commands.txt',
          'echo 00A4040010A0000005591010FFFFFFFF890000010000 | tegata euicc apdu',
        ),
    )
    .action((_options, command: Command) => run(command, async (context) => (await load()).apdu(context)));
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

/** Where an option of a card's commands means nothing to the eUICC of this terminal. */
const withReader = ', with --reader';

const readerOption = () =>
  new Option(
    '--reader [name]',
    'the eUICC of the card in a card reader; part of its name, when there are several (put it last: it takes the word behind it)',
  );

const connectOption = (where = '') =>
  new Option(
    '--connect <place>',
    `FQDN=host:port: connect there instead of what DNS says${where} (repeatable)`,
  ).argParser(collect);

const caOption = (where = '') =>
  new Option('--ca <file>', `certificate issuers of the TLS certificates${where}, PEM or DER`);

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;
}

/** Subcommands write help and refuse a command line as the program does. */
function inheritSettings(parent: Command, commands: readonly Command[]): void {
  for (const command of commands) {
    command.copyInheritedSettings(parent);
    inheritSettings(command, command.commands);
  }
}
