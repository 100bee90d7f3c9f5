// Asks the program of this container whether it serves (grpc.health.v1): a server on its service listener, by mutual TLS with its
// own certificate; the terminal on its socket. Exit code 0 when it does.
// Usage: health.mjs management | authentication | relay | terminal
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkServerIdentity } from 'node:tls';
import grpc from '@grpc/grpc-js';

/** The answer's only field, `status`, with the value SERVING. */
const serving = Buffer.of(0x08, 0x01);
/** Below the timeout of the images' HEALTHCHECK. */
const deadlineMs = 4_000;

try {
  const { address, credentials, options = {} } = connectionTo(process.argv[2]);
  const client = new grpc.Client(address, credentials, options);
  const answer = await check(client);
  client.close();
  const isServing = serving.equals(answer);
  console.log(isServing ? 'serving' : 'not serving');
  process.exitCode = isServing ? 0 : 1;
} catch (error) {
  console.log(error.message);
  process.exitCode = 1;
}

function check(client) {
  const asIs = (octets) => octets;
  const request = Buffer.alloc(0);
  const deadline = Date.now() + deadlineMs;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest('/grpc.health.v1.Health/Check', asIs, asIs, request, { deadline }, (error, answer) =>
      error ? reject(error) : resolve(answer),
    );
  });
}

function connectionTo(program) {
  if (program === 'terminal') {
    return {
      address: `unix:${join(setting('TEGATA_STATE'), 'tegata.sock')}`,
      credentials: grpc.credentials.createInsecure(),
    };
  }
  if (!['management', 'authentication', 'relay'].includes(program)) throw new Error(`there is no program ${program}`);
  const name = program === 'management' ? JSON.parse(readFileSync(setting('TEGATA_CARRIER_FILE'), 'utf8')).name : '';
  const file = (entry, of) => readFileSync(join(setting('TEGATA_PKI'), 'service', entry, of));
  const own = name ? `${program}-${name}` : program;
  const identity = `URI:spiffe://tegata.example/${name ? `${program}/${name}` : program}`;
  return {
    // A server that listens on every address is asked on this machine's own.
    address: setting('TEGATA_SERVICE_LISTENER').replace(/^(0\.0\.0\.0|\[::\]):/, '127.0.0.1:'),
    credentials: grpc.credentials.createSsl(
      file('ca', 'certificate.pem'),
      file(own, 'key.pem'),
      file(own, 'certificate.pem'),
      {
        rejectUnauthorized: true,
        checkServerIdentity: (host, certificate) =>
          certificate.subjectaltname?.split(', ').includes(identity)
            ? checkServerIdentity(host, certificate)
            : new Error(`the server is not ${own}`),
      },
    ),
    options: { 'grpc.ssl_target_name_override': 'localhost' },
  };
}

function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}
