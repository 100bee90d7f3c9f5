/** Contract tests, generated from the descriptors: a suite that any server is put to. */
export * from './contract-suite.ts';
