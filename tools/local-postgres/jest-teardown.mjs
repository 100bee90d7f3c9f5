// Jest's globalTeardown: stops the server that jest-setup.mjs started, and no other.
const key = Symbol.for('tegata.test-postgres');

export default async function stopTestPostgres() {
  const server = globalThis[key];
  delete globalThis[key];
  if (server === undefined) return;
  delete process.env.TEGATA_TEST_POSTGRES;
  await server.release();
}
