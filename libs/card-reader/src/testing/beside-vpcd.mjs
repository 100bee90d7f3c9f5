import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import process from 'node:process';

/**
 * Runs pcscd in the network of its own in which this program is, and brings connections to a socket file to the port of vpcd there.
 *
 *     node beside-vpcd.mjs SOCKET PORT pcscd ARGUMENT...
 */
const [socket, port, program, ...args] = process.argv.slice(2);

createServer((card) => {
  const vpcd = connect({ host: '127.0.0.1', port: Number(port), noDelay: true });
  for (const [from, to] of [
    [card, vpcd],
    [vpcd, card],
  ]) {
    from.on('error', () => {});
    from.on('close', () => to.destroy());
    from.pipe(to);
  }
}).listen(socket);

const pcscd = spawn(program, args, { stdio: 'ignore' });
pcscd.on('error', () => process.exit(1));
pcscd.on('exit', (code) => process.exit(code ?? 0));
process.on('SIGTERM', () => pcscd.kill());
