import { createServer } from 'node:net';

/**
 * A TCP port of the loopback interface that nothing listens on; `preferred` when that one is free.
 *
 * Somebody may take it before it is used, so the user of the port has to be ready to ask again.
 */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined) {
    const free = await listenOnce(preferred);
    if (free !== undefined) return free;
  }
  const any = await listenOnce(0);
  if (any === undefined) throw new Error('no free TCP port on 127.0.0.1');
  return any;
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}
