import { flowSteps, printable } from '@tegata/contracts';
import { type FlowStep, OperationsService } from '@tegata/contracts/operations-v1';
import { Command } from 'commander';
import { AdminError, servers } from '../network.ts';
import type { OpenSession } from '../program.ts';

/** `flow show`: the sequence chart of a contract, from what every server has recorded. */
export function flowCommand(open: OpenSession, write: (text: string) => void): Command {
  const command = new Command('flow').description('print the sequence chart of a contract from recorded data');
  command
    .command('show')
    .description('print every recorded step of a contract, in order of time')
    .argument('<contract>', 'contract id')
    .addHelpText('after', '\nExample:\n  $ tegata-admin flow show 0b9f6c0e-5f0e-4d0a-9a43-2f3d6f6d4a11')
    .action(async (contractId: string) => {
      const { network, json, output, withServer } = open();
      const found = await Promise.all(
        servers(network).map((server) =>
          withServer(server, (connection) => connection.client(OperationsService).getFlow({ contractId })),
        ),
      );
      const steps = found.flatMap((answer) => answer.steps).sort((a, b) => time(a) - time(b));
      if (steps.length === 0) {
        throw new AdminError(
          'CONTRACT_NOT_FOUND',
          `No server has recorded a step of contract ${contractId}.`,
          'List contracts with `tegata-admin contract list --carrier NAME`.',
        );
      }
      if (json) {
        output(
          steps.map(({ step, recordedBy, startTime, durationUs, outcome }) => ({
            step,
            recordedBy,
            startTime,
            ms: Number(durationUs) / 1000,
            outcome,
          })),
        );
      } else write(chart(steps));
    });
  return command;
}

const time = ({ startTime }: FlowStep) => startTime?.getTime() ?? 0;

/** One line a step: when it began, who to whom, what, how long, how it ended. */
export function chart(steps: readonly FlowStep[]): string {
  const start = steps[0] ? time(steps[0]) : 0;
  return steps
    .map((recorded) => {
      const described = flowSteps[recorded.step];
      const way =
        described && described.from !== described.to ? `${described.from} → ${described.to}` : described?.from;
      const offset = `+${((time(recorded) - start) / 1000).toFixed(3)}s`.padStart(10);
      const ms = `${(Number(recorded.durationUs) / 1000).toFixed(1)} ms`.padStart(11);
      const failed = recorded.outcome === 'ok' ? '' : `  (${printable(recorded.outcome)})`;
      return `${offset}  ${printable(recorded.step).padEnd(3)}  ${(way ?? '').padEnd(28)} ${(described?.what ?? '').padEnd(52)} ${ms}${failed}\n`;
    })
    .join('');
}
