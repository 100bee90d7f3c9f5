export { forwardEvents } from '../es15/forward-events.ts';
export { connectRootSmDs } from '../es15/root-sm-ds.ts';
export * from './deployment.ts';
export * from './lpa.ts';
export * from './served-sm-ds.ts';
export * from './sm-dp-plus.ts';
export * from './sm-ds.ts';
