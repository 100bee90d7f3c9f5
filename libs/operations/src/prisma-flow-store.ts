import type { FlowStore, RecordedStep } from './flow-recorder.ts';

/** The part of a server's Prisma client that keeps steps: the model `FlowStep`, alike in every schema. */
export interface FlowStepTable {
  createMany(query: { data: RecordedStep[]; skipDuplicates: boolean }): Promise<unknown>;
  findMany(query: { where: { contractId: string }; orderBy: { startTime: 'asc' } }): Promise<RecordedStep[]>;
}

/** Keeps steps in the table `flow_step`. */
export function prismaFlowStore(table: FlowStepTable): FlowStore {
  return {
    async insert(steps) {
      if (steps.length > 0) await table.createMany({ data: [...steps], skipDuplicates: true });
    },
    find: (contractId) => table.findMany({ where: { contractId }, orderBy: { startTime: 'asc' } }),
  };
}
