export { FlowRecorder, type FlowStore, type RecordedStep } from './flow-recorder.ts';
export { type CallCounts, operations } from './operations-service.ts';
export { type FlowStepTable, prismaFlowStore } from './prisma-flow-store.ts';
export { isUuid } from './uuid.ts';
