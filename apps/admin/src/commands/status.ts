import { OperationsService } from '@tegata/contracts/operations-v1';
import { Command } from 'commander';
import { servers } from '../network.ts';
import type { OpenSession } from '../program.ts';

/** `status`: which servers answer, and what each was asked so far. */
export function statusCommand(open: OpenSession): Command {
  return new Command('status')
    .description('show which servers answer and how many calls each has had, by method and caller')
    .addHelpText('after', '\nExample:\n  $ tegata-admin --json status')
    .action(async () => {
      const { network, output, withServer } = open();
      const rows = await Promise.all(
        servers(network).map((server) =>
          withServer(server, (connection) => connection.client(OperationsService).getCallCounts({})).then(
            ({ counts }) =>
              counts.length > 0
                ? counts.map(({ method, caller, count }) => ({
                    server,
                    state: 'up',
                    method,
                    caller,
                    count: Number(count),
                  }))
                : [{ server, state: 'up', method: '', caller: '', count: 0 }],
            (error: { reason?: string }) => [
              { server, state: error.reason ?? 'down', method: '', caller: '', count: 0 },
            ],
          ),
        ),
      );
      output(rows.flat());
    });
}
