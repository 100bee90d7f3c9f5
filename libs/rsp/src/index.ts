export * from './identifiers/index.ts';
export * from './objects/index.ts';
