export * from './issued-chain.ts';
export * from './negative-certificates.ts';
