import { Es2PlusService, FinalProfileStatusIndicator } from '@tegata/contracts/gsma-rsp-v2';
import { Command } from 'commander';
import type { OpenSession } from '../program.ts';

/** `order …`: profile orders over ES2+. */
export function orderCommand(open: OpenSession): Command {
  const command = new Command('order').description('order profiles from a carrier’s SM-DP+ (ES2+)');
  const es2plus = <T>(carrier: string, use: Parameters<typeof run<T>>[1]) => run(carrier, use);
  async function run<T>(
    carrier: string,
    use: (client: ReturnType<typeof clientOf>) => Promise<T>,
  ): Promise<{ session: ReturnType<OpenSession>; result: T }> {
    const session = open();
    const result = await session.withServer(`management/${carrier}`, (connection) => use(clientOf(connection)));
    return { session, result };
  }
  command
    .command('create')
    .description('reserve a profile, confirm the order and release it; prints what the activation code needs')
    .requiredOption('--carrier <name>', 'carrier')
    .option('--iccid <digits>', 'this profile')
    .option('--type <name>', 'any free profile of this type', 'tegata-usim')
    .option('--eid <digits>', 'for this eUICC only', '')
    .option('--matching-id <id>', 'matching id to use', '')
    .option('--confirmation-code <code>', 'code the user must enter', '')
    .option('--smds <address>', 'SM-DS to announce the profile at; needs --eid', '')
    .option('--hold', 'confirm only; release later with `order release`', false)
    .addHelpText('after', '\nExample:\n  $ tegata-admin order create --carrier aozora')
    .action(async (options) => {
      const { session, result } = await es2plus(options.carrier, async (client) => {
        const { iccid } = await client.downloadOrder({
          eid: options.eid,
          profile: options.iccid
            ? { $case: 'iccid', value: options.iccid }
            : { $case: 'profileType', value: options.type },
        });
        const order = await client.confirmOrder({
          iccid,
          eid: options.eid,
          matchingId: options.matchingId,
          confirmationCode: options.confirmationCode,
          smdsAddress: options.smds,
          releaseFlag: !options.hold,
          defaultOrder: false,
        });
        const needsCode = options.confirmationCode ? '$$1' : '';
        const activationCode = `LPA:1$${order.smdpAddress}$${order.matchingId}${needsCode}`;
        return { iccid, matchingId: order.matchingId, smdpAddress: order.smdpAddress, activationCode };
      });
      session.output(result);
    });
  command
    .command('release')
    .description('release a confirmed order for download')
    .requiredOption('--carrier <name>', 'carrier')
    .argument('<iccid>', 'ICCID of the profile')
    .addHelpText('after', '\nExample:\n  $ tegata-admin order release --carrier aozora 8981001000000000017')
    .action(async (iccid, options) => {
      const { session } = await es2plus(options.carrier, (client) => client.releaseProfile({ iccid }));
      session.output({ iccid, state: 'released' });
    });
  command
    .command('cancel')
    .description('cancel an order that was not downloaded')
    .requiredOption('--carrier <name>', 'carrier')
    .option('--withdraw', 'make the profile unavailable instead of free again', false)
    .argument('<iccid>', 'ICCID of the profile')
    .addHelpText('after', '\nExample:\n  $ tegata-admin order cancel --carrier aozora 8981001000000000017 --withdraw')
    .action(async (iccid, options) => {
      const { session } = await es2plus(options.carrier, (client) =>
        client.cancelOrder({
          iccid,
          eid: '',
          matchingId: '',
          finalProfileStatusIndicator: options.withdraw
            ? FinalProfileStatusIndicator.UNAVAILABLE
            : FinalProfileStatusIndicator.AVAILABLE,
        }),
      );
      session.output({ iccid, state: options.withdraw ? 'unavailable' : 'available' });
    });
  return command;
}

type Connection = Parameters<Parameters<ReturnType<OpenSession>['withServer']>[1]>[0];
const clientOf = (connection: Connection) => connection.client(Es2PlusService);
