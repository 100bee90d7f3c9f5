export * from './deployment.ts';
export * from './lpa.ts';
export * from './sm-ds.ts';
