import { Argument, type Command } from 'commander';
import type { CardOptions } from '../command-context.ts';
import { caOption, connectOption, readerOption, withReader } from './card-options.ts';
import { examples, type Runner } from './command.ts';

/** `tegata profile`: profiles in the eUICC. */
export function addProfile(program: Command, run: Runner): void {
  const load = () => import('../commands/profile.ts');
  const loadDownload = () => import('../commands/profile-download.ts');
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
      run(command, async (context) => (await import('../commands/discovery.ts')).discovery(context, setting)),
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
