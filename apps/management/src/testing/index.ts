export { tellOperator } from '../es2plus/download-progress.ts';
export * from './issued-sm-dp-plus.ts';
export * from './served-sm-dp-plus.ts';
export * from './stock.ts';
export * from './test-context.ts';
