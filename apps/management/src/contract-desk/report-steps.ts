import type { ReportStepsRequest, ReportStepsResponse } from '@tegata/contracts/management-v1';
import type { ManagementContext } from '../context.ts';
import { ownContract } from './own-contract.ts';

/** Steps that only the terminal sees (docs/protocol.md). Others are recorded by the servers themselves. */
const terminalSteps = new Set(
  [
    ['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8', 'S9', 'S10', 'S11', 'S12', 'S16', 'S17', 'S18', 'S19', 'S27'],
    ['S32', 'S33', 'S34', 'S35', 'S41', 'S42', 'S43', 'S44', 'S45', 'S46', 'S47', 'S48', 'S53', 'S56', 'S57', 'S58'],
  ].flat(),
);

/** Stores the times of the terminal's own steps for the flow chart. Repeating a report changes nothing. */
export async function reportSteps(
  context: ManagementContext,
  request: ReportStepsRequest,
): Promise<ReportStepsResponse> {
  const { id } = await ownContract(context, request);
  await context.flow.store(
    request.steps
      .filter(({ step }) => terminalSteps.has(step))
      .map(({ step, startTime, durationUs }) => ({
        contractId: id,
        step,
        recordedBy: 'terminal',
        startTime: startTime ?? context.clock(),
        durationUs,
        outcome: 'ok',
      })),
  );
  return {};
}
