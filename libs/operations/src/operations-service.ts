import type { GetCallCountsResponse, GetFlowRequest, GetFlowResponse } from '@tegata/contracts/operations-v1';
import type { FlowRecorder } from './flow-recorder.ts';
import { isUuid } from './uuid.ts';

/** Calls answered, by method and caller. */
export type CallCounts = () => readonly { method: string; caller: string; count: number }[];

/** What every server answers its operators about itself. */
export function operations(flow: FlowRecorder, callCounts: CallCounts) {
  return {
    async getCallCounts(): Promise<GetCallCountsResponse> {
      return { counts: callCounts().map(({ method, caller, count }) => ({ method, caller, count: BigInt(count) })) };
    },
    async getFlow({ contractId }: GetFlowRequest): Promise<GetFlowResponse> {
      const steps = isUuid(contractId) ? await flow.find(contractId) : [];
      return {
        steps: steps.map(({ step, recordedBy, startTime, durationUs, outcome }) => ({
          step,
          recordedBy,
          startTime,
          durationUs,
          outcome,
        })),
      };
    },
  };
}
