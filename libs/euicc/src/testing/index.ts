export * from './modem.ts';
export * from './ota-platform.ts';
export * from './results.ts';
export * from './revocation-list.ts';
export * from './subscription.ts';
export * from './test-euicc.ts';
export * from './test-smdp.ts';
export * from './vectors.ts';
