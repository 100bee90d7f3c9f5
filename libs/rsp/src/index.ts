export * from './cryptography/index.ts';
export * from './identifiers/index.ts';
export * from './objects/index.ts';
export * from './package/index.ts';
