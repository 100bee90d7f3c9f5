import { ContractState, SubscriptionsService } from '@tegata/contracts/management-v1';
import { Command } from 'commander';
import type { OpenSession } from '../program.ts';

/** `contract …`: contracts as operators see them, without personal data. */
export function contractCommand(open: OpenSession): Command {
  const command = new Command('contract').description('look at contracts');
  command
    .command('list')
    .description('list contracts, newest first')
    .requiredOption('--carrier <name>', 'carrier')
    .addHelpText('after', '\nExample:\n  $ tegata-admin contract list --carrier minato')
    .action(async ({ carrier }) => {
      const { output, withServer } = open();
      const { contracts } = await withServer(`management/${carrier}`, (connection) =>
        connection.client(SubscriptionsService).listContracts({ pageSize: 500, pageToken: '' }),
      );
      output(
        contracts.map(({ contractId, state, byCertificate, iccid, createTime }) => ({
          contract: contractId,
          state: ContractState[state],
          identity: byCertificate ? 'certificate' : 'verification',
          iccid,
          created: createTime,
        })),
        'No contracts.',
      );
    });
  return command;
}
