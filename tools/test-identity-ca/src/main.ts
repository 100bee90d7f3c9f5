import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CaFolder } from './ca-folder.ts';
import { issueCard } from './issue-card.ts';
import { serveOcsp } from './serve-ocsp.ts';

interface PersonOptions {
  readonly ca: string;
  readonly out: string;
  readonly name: string;
  readonly birthDate: string;
  readonly sex: 'F' | 'M' | 'X';
  readonly address: string;
  readonly pin: string;
}

function makeProgram(stopped: AbortSignal): Command {
  const program = new Command('tegata-identity-ca').description(
    'a certificate authority for persons, for tests: certificates for signatures, revocation, OCSP',
  );
  const withCa = (name: string, what: string) =>
    program.command(name).description(what).requiredOption('--ca <directory>', 'folder of the CA');
  withCa('init', 'make a CA with fresh keys; trust it by its ca.cer').action(({ ca }: { ca: string }) => {
    CaFolder.create(ca, new Date());
    console.error(`Made in ${ca}. Its keys are in files: it is for tests.`);
  });
  withCa('issue', 'issue a certificate for signatures, as `tegata contract apply --public-key` takes it')
    .requiredOption('--out <directory>', 'where to write the card: certificate, and key under the PIN')
    .requiredOption('--name <name>', 'family and given name, as in the register')
    .requiredOption('--birth-date <date>', 'YYYY-MM-DD', day)
    .addOption(new Option('--sex <sex>', 'as in the register').choices(['F', 'M', 'X']).default('X'))
    .option('--address <address>', 'as in the register', '')
    .requiredOption('--pin <pin>', '6 to 16 capital letters and digits')
    .action(({ ca, out, pin, ...person }: PersonOptions) => {
      console.log(issueCard(CaFolder.open(ca), person, pin, out, new Date()));
    });
  withCa('list', 'list what was issued').action(({ ca }: { ca: string }) => {
    for (const { serialNumber, name, revokedAt } of CaFolder.open(ca).issued) {
      console.log([serialNumber, name, revokedAt ? `revoked ${revokedAt}` : 'good'].join('\t'));
    }
  });
  withCa('revoke', 'revoke a certificate')
    .requiredOption('--serial <number>', 'its serial number', wholeNumber)
    .action(({ ca, serial }: { ca: string; serial: number }) => CaFolder.open(ca).revoke(serial, new Date()));
  withCa('crl', 'sign a revocation list, good for a day')
    .requiredOption('--out <file>', 'where to write it, DER')
    .action(({ ca, out }: { ca: string; out: string }) => {
      const folder = CaFolder.open(ca);
      writeFileSync(out, folder.ca.revocationList(folder.revoked, new Date()));
    });
  withCa('ocsp', 'answer OCSP over HTTP on the loopback until Ctrl-C')
    .option('--port <port>', '0: a free one', wholeNumber, 8888)
    .action(async ({ ca, port }: { ca: string; port: number }) => {
      const server = await serveOcsp(CaFolder.open(ca), port, () => new Date());
      console.error(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      if (!stopped.aborted) await once(stopped, 'abort');
      server.closeAllConnections();
      server.close();
    });
  return program;
}

function day(text: string): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) throw new InvalidArgumentError('a date is YYYY-MM-DD');
  return text;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a whole number is wanted');
  return Number(text);
}

export async function run(argv: readonly string[]): Promise<void> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  try {
    await makeProgram(stop.signal).parseAsync([...argv]);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
