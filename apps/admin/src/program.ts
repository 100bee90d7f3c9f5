import { Command } from 'commander';
import { certificateCommand } from './commands/certificate.ts';
import { contractCommand } from './commands/contract.ts';
import { flowCommand } from './commands/flow.ts';
import { orderCommand } from './commands/order.ts';
import { pkiCommand } from './commands/pki.ts';
import { profileCommand } from './commands/profile.ts';
import { reviewCommand } from './commands/review.ts';
import { statusCommand } from './commands/status.ts';
import { subscriptionCommand } from './commands/subscription.ts';
import { connectTo, type OperatorNetwork, readNetwork } from './network.ts';
import { type Output, outputTo } from './output.ts';

/** What a command works with. */
export interface Session {
  readonly network: OperatorNetwork;
  readonly output: Output;
  readonly json: boolean;
  /** Runs something with a connection to one server and closes it. */
  withServer<T>(server: string, use: (connection: Awaited<ReturnType<typeof connectTo>>) => Promise<T>): Promise<T>;
}

/** Options that stand before the command. */
export interface GlobalOptions {
  readonly network: string;
  readonly json: boolean;
}

/** Makes the session of a command from the options before it. */
export type OpenSession = () => Session;

/**
 * The program `tegata-admin`. What it can't understand it throws as a CommanderError.
 *
 * @param complain is given the sentences about a command line that can't be right
 */
export function adminProgram(
  write: (text: string) => void,
  complain: (text: string) => void = (text) => process.stderr.write(text),
): Command {
  const program = new Command('tegata-admin')
    .exitOverride()
    .configureOutput({ writeErr: complain })
    .description(
      'Operates the servers of a Tegata network: profiles, orders, subscriptions, contracts, certificates, flows.',
    )
    .option('--network <file>', 'network file', process.env.TEGATA_NETWORK ?? '.tegata/network.json')
    .option('--json', 'print one JSON document, errors too', false)
    .showHelpAfterError('Add --help for how the command is used.')
    .addHelpText(
      'after',
      `
Examples:
  $ tegata-admin status
  $ tegata-admin order create --carrier aozora
  $ tegata-admin profile import batch.csv --carrier aozora --out core.csv
  $ tegata-admin contract list --carrier aozora
  $ tegata-admin flow show 6f1c…
  $ tegata-admin certificate revoke 4A0F… --reason superseded`,
    );
  const open: OpenSession = () => {
    const { network: file, json } = program.opts<GlobalOptions>();
    const network = readNetwork(file);
    return {
      network,
      json,
      output: outputTo(json, write),
      async withServer(server, use) {
        const connection = await connectTo(network, server);
        try {
          return await use(connection);
        } finally {
          connection.close();
        }
      },
    };
  };
  program
    .addCommand(statusCommand(open))
    .addCommand(orderCommand(open, write))
    .addCommand(profileCommand(open, () => program.opts<GlobalOptions>().json, write))
    .addCommand(subscriptionCommand(open))
    .addCommand(contractCommand(open))
    .addCommand(certificateCommand(open))
    .addCommand(reviewCommand(open))
    .addCommand(flowCommand(open, write))
    .addCommand(pkiCommand(() => outputTo(program.opts<GlobalOptions>().json, write)));
  inheritSettings(program);
  return program;
}

/** Subcommands refuse a command line as the program does. */
function inheritSettings(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inheritSettings(command);
  }
}
