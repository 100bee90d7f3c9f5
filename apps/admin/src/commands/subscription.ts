import { ProfileOrderState, type Subscription, SubscriptionsService } from '@tegata/contracts/management-v1';
import { Command } from 'commander';
import { firstOf, withLimit } from '../listing.ts';
import type { OpenSession } from '../program.ts';

const show = ({ imsi, msisdn, iccid, active, profileState, eid, createTime }: Subscription) => ({
  imsi,
  msisdn,
  iccid,
  active,
  profile: ProfileOrderState[profileState],
  eid,
  created: createTime,
});

/** `subscription …`: what a carrier's authentication centre knows. */
export function subscriptionCommand(open: OpenSession): Command {
  const command = new Command('subscription').description('create, list, suspend and resume subscriptions');
  command
    .command('create')
    .description('create a subscription with generated keys and its profile in stock')
    .requiredOption('--carrier <name>', 'carrier')
    .addHelpText('after', '\nExample:\n  $ tegata-admin subscription create --carrier aozora')
    .action(async ({ carrier }) => {
      const { output, withServer } = open();
      const answer = await withServer(`management/${carrier}`, (connection) =>
        connection.client(SubscriptionsService).createSubscription({}),
      );
      output(answer.subscription ? show(answer.subscription) : {});
    });
  withLimit(command.command('list'))
    .description('list subscriptions, newest first')
    .requiredOption('--carrier <name>', 'carrier')
    .addHelpText('after', '\nExample:\n  $ tegata-admin subscription list --carrier aozora')
    .action(async ({ carrier, limit }) => {
      const { output, withServer } = open();
      const subscriptions = await withServer(`management/${carrier}`, (connection) =>
        firstOf(limit, async (page) => {
          const answer = await connection.client(SubscriptionsService).listSubscriptions(page);
          return { ...answer, entries: answer.subscriptions };
        }),
      );
      output(subscriptions.map(show), 'No subscriptions.');
    });
  for (const [name, active, what] of [
    ['suspend', false, 'keep a subscription from attaching'],
    ['resume', true, 'let a suspended subscription attach again'],
  ] as const) {
    command
      .command(name)
      .description(what)
      .requiredOption('--carrier <name>', 'carrier')
      .argument('<imsi>', 'IMSI')
      .addHelpText('after', `\nExample:\n  $ tegata-admin subscription ${name} --carrier aozora 001010000000001`)
      .action(async (imsi, { carrier }) => {
        const { output, withServer } = open();
        const answer = await withServer(`management/${carrier}`, (connection) =>
          connection.client(SubscriptionsService).setSubscriptionActive({ imsi, active }),
        );
        output(answer.subscription ? show(answer.subscription) : {});
      });
  }
  return command;
}
