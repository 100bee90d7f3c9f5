import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { DerError } from '@tegata/der';
import { answerOcsp } from '@tegata/public-key-identity/testing';
import type { CaFolder } from './ca-folder.ts';

const maximumOctets = 4_096;

/** Answers OCSP over HTTP on the loopback, by what the folder says at that moment. Resolves when it listens. */
export async function serveOcsp(folder: CaFolder, port: number, clock: () => Date): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    let octets = 0;
    request.on('data', (chunk: Buffer) => {
      octets += chunk.length;
      if (octets > maximumOctets) request.destroy();
      else chunks.push(chunk);
    });
    request.on('end', () => {
      if (request.method !== 'POST') return void response.writeHead(405).end();
      try {
        const answer = answerOcsp(folder.ca, Buffer.concat(chunks), clock(), (serial) => statusOf(folder, serial));
        response.writeHead(200, { 'content-type': 'application/ocsp-response' }).end(answer);
      } catch (error) {
        response.writeHead(error instanceof DerError ? 400 : 500).end();
      }
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function statusOf(folder: CaFolder, serial: bigint) {
  const entry = folder.issued.find(({ serialNumber }) => BigInt(serialNumber) === serial);
  if (!entry) return { status: 'unknown' as const };
  return entry.revokedAt === undefined
    ? { status: 'good' as const }
    : { status: 'revoked' as const, since: new Date(entry.revokedAt) };
}
