import { createServer } from 'node:net';

/**
 * Below what Linux (32768) and macOS (49152) give out for port 0 and for outgoing connections: while a server that was
 * stopped is to come back at its address, the system hands its port to nobody.
 */
const [lowest, ports] = [10_000, 22_000];
/** Ports a process takes before it comes to those of the next process identifier. */
const perProcess = 64;

let taken = 0;

/**
 * A TCP port of 127.0.0.1 that is free, and stays its owner's over restarts. Every process goes through the range from a
 * place of its own, so that networks of processes that run side by side do not meet.
 * @throws Error when no port of the range is free.
 */
export async function lastingPort(): Promise<number> {
  for (let tries = 0; tries < ports; tries++) {
    const port = lowest + ((process.pid * perProcess + taken++) % ports);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${lowest} to ${lowest + ports - 1} is free`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}
