export * from './explanations.ts';
export * from './refusals.ts';
export * from './rsp-refusal.ts';
export * from './status-codes.ts';
