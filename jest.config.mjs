import { existsSync, readdirSync } from 'node:fs';

const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
  ],
};

/** Projects whose tests need the local Postgres; it is started once for all of them. */
const onPostgres = new Set([
  'management',
  'authentication',
  'relay',
  'terminal',
  'admin',
  'database',
  'network',
  'contract-tests',
  'prisma-schema-engine',
  'scenarios',
  'sgp23',
]);

const folders = ['libs', 'apps', 'tools'].flatMap((top) =>
  readdirSync(top)
    .filter((name) => existsSync(`${top}/${name}/package.json`))
    .map((name) => ({ name, folder: `${top}/${name}` })),
);

export default {
  reporters: ['default', '<rootDir>/tools/ci/counting-reporter.mjs'],
  // Long enough for a busy machine: tests wait for what happens, none asserts how fast.
  testTimeout: 240_000,
  maxWorkers: 2,
  projects: folders.map(({ name, folder }) => ({
    displayName: name,
    rootDir: folder,
    testMatch: ['<rootDir>/src/**/*.spec.ts'],
    extensionsToTreatAsEsm: ['.ts'],
    transform,
    ...(onPostgres.has(name) && {
      globalSetup: '<rootDir>/../../tools/local-postgres/jest-setup.mjs',
      globalTeardown: '<rootDir>/../../tools/local-postgres/jest-teardown.mjs',
    }),
  })),
};
