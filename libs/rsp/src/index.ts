export * from './cryptography/index.ts';
export * from './identifiers/index.ts';
export * from './objects/index.ts';
export * from './package/index.ts';
export * from './procedures/index.ts';
export * from './refusals/index.ts';
