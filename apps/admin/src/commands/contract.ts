import { ContractState, SubscriptionsService } from '@tegata/contracts/management-v1';
import { Command } from 'commander';
import { firstOf, withLimit } from '../listing.ts';
import type { OpenSession } from '../program.ts';

/** `contract …`: contracts as operators see them, without personal data. */
export function contractCommand(open: OpenSession): Command {
  const command = new Command('contract').description('look at contracts');
  withLimit(command.command('list'))
    .description('list contracts, newest first')
    .requiredOption('--carrier <name>', 'carrier')
    .addHelpText('after', '\nExample:\n  $ tegata-admin contract list --carrier minato')
    .action(async ({ carrier, limit }) => {
      const { output, withServer } = open();
      const contracts = await withServer(`management/${carrier}`, (connection) =>
        firstOf(limit, async (page) => {
          const answer = await connection.client(SubscriptionsService).listContracts(page);
          return { ...answer, entries: answer.contracts };
        }),
      );
      output(
        contracts.map(({ contractId, state, byCertificate, unconfirmedAttributes, iccid, createTime }) => ({
          contract: contractId,
          state: ContractState[state],
          identity: byCertificate ? 'certificate' : 'verification',
          unconfirmed: unconfirmedAttributes.join(' '),
          iccid,
          created: createTime,
        })),
        'No contracts.',
      );
    });
  return command;
}
