/** For tests: certificates made on the spot, servers and clients on loopback. */
export * from './loopback.ts';
export * from './test-pki.ts';
