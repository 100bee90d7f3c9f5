export { tellOperator } from '../es2plus/download-progress.ts';
export { connectSmDs } from '../es2plus/sm-ds.ts';
export { settleEvents } from '../es2plus/smds-events.ts';
export * from './issued-sm-dp-plus.ts';
export * from './served-sm-dp-plus.ts';
export * from './stock.ts';
export * from './test-context.ts';
