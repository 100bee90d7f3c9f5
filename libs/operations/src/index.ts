export { repeatInBackground } from './background-work.ts';
export { FlowRecorder, type FlowStore, type RecordedStep } from './flow-recorder.ts';
export { type CallCounts, operations } from './operations-service.ts';
export { type FlowStepTable, prismaFlowStore } from './prisma-flow-store.ts';
export { runServer, type ServerProgram } from './run-server.ts';
export { readSecretKeyFile, type ServerSecrets } from './secret-key-file.ts';
export { isUuid } from './uuid.ts';
