import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { isObjectIdentifier } from '@tegata/der';
import { importMaterial, issueServerCertificates, listMaterial, MaterialError, PkiError } from '@tegata/pki';
import { isServerAddress } from '@tegata/rsp';
import type { ServerRole } from '@tegata/x509';
import { type Command, InvalidArgumentError } from 'commander';
import { AdminError } from '../network.ts';
import type { Output } from '../output.ts';

interface ImportOptions {
  readonly directory: string;
  readonly set: string;
  readonly carrier?: string;
  readonly passphraseFile?: string;
}

interface IssueOptions {
  readonly directory: string;
  readonly set: string;
  readonly server: string;
  readonly address: string;
  readonly oid: string;
  readonly ci?: string;
  readonly days: number;
}

const roles: readonly ServerRole[] = ['DPauth', 'DPpb', 'DPtls', 'DSauth', 'DStls'];

/** `pki import`, `pki issue`, `pki show`: certificates and keys that were made elsewhere. */
export function addForeignCommands(pki: Command, output: () => Output): void {
  pki
    .command('import <files...>')
    .description(
      "put other people's CI, EUM, eUICC, SM-DP+ and SM-DS certificates, keys and revocation lists (DER or PEM) in place",
    )
    .requiredOption('--directory <folder>', 'folder of the PKI')
    .requiredOption('--set <name>', "name of the set; `default` adds to the servers' own CI and certificates")
    .option('--carrier <name>', 'whose SM-DP+ the certificates DPauth, DPpb and DPtls are for')
    .option('--passphrase-file <file>', 'passphrase of the private keys in the files')
    .addHelpText(
      'after',
      '\nExample:\n  $ tegata-admin pki import CERT_CI_ECDSA_NIST.der SK_CI_ECDSA_NIST.pem --directory .tegata/pki --set sgp26\n',
    )
    .action(async (names: string[], { directory, set, carrier, passphraseFile }: ImportOptions) => {
      const files = await Promise.all(names.map(async (name) => ({ name: basename(name), octets: await read(name) })));
      const done = await importMaterial(resolve(directory), {
        set,
        files,
        at: new Date(),
        ...(carrier !== undefined && { carrier }),
        ...(passphraseFile !== undefined && {
          filePassphrase: (await read(passphraseFile)).toString('utf8').trimEnd(),
        }),
      }).catch(explain);
      output()(done.map(({ role, state, entry, file }) => ({ role, state, entry, file })));
    });
  pki
    .command('issue <roles...>')
    .description('issue server certificates under the CIs of a set whose private keys are in it (test CIs)')
    .requiredOption('--directory <folder>', 'folder of the PKI')
    .requiredOption('--set <name>', 'name of the set')
    .requiredOption('--server <name>', 'short name of the carrier, or relay')
    .requiredOption('--address <fqdn>', 'host name of the server', fqdn)
    .requiredOption('--oid <oid>', 'object identifier of the server, that of its other certificates', oid)
    .option('--ci <key identifier>', 'hexadecimal; every CI of the set with a key unless given')
    .option('--days <number>', 'validity', wholeNumber, 397)
    .addHelpText(
      'after',
      '\nRoles: DPauth, DPpb, DPtls, DSauth, DStls. A key that is in place is certified anew.\n\nExample:\n  $ tegata-admin pki issue DPtls --directory .tegata/pki --set sgp26 --server aozora --address rsp.aozora.example --oid 2.999.10\n',
    )
    .action(async (names: string[], { directory, ci, ...request }: IssueOptions) => {
      const issued = await issueServerCertificates(resolve(directory), {
        ...request,
        roles: [...new Set(names.map(roleNamed))],
        at: new Date(),
        random: randomBytes,
        ...(ci !== undefined && { ciKeyId: ci.toUpperCase() }),
      }).catch(explain);
      output()(
        issued.map(({ role, state, entry, notAfter }) => ({ role, state, entry, until: notAfter.toISOString() })),
      );
    });
  pki
    .command('show')
    .description('list what is in place and how long it is valid')
    .requiredOption('--directory <folder>', 'folder of the PKI')
    .addHelpText('after', '\nExample:\n  $ tegata-admin pki show --directory .tegata/pki\n')
    .action(async ({ directory }: { readonly directory: string }) => {
      const now = new Date();
      const rows = await listMaterial(resolve(directory)).catch(explain);
      output()(
        rows.map(({ entry, role, curve, key, notBefore, notAfter }) => ({
          entry,
          role,
          curve,
          key: key ? 'here' : 'elsewhere',
          until: notAfter.toISOString(),
          state: now < notBefore ? 'not yet valid' : now > notAfter ? 'expired' : 'valid',
        })),
      );
    });
}

function roleNamed(name: string): ServerRole {
  const role = roles.find((each) => each.toLowerCase() === name.toLowerCase());
  if (role !== undefined) return role;
  throw new AdminError('PKI_ROLE_UNKNOWN', `There is no role ${name}.`, `Roles are ${roles.join(', ')}.`);
}

function fqdn(text: string): string {
  if (!isServerAddress(text) || text.includes(':'))
    throw new InvalidArgumentError('a domain name such as smdp.example.com');
  return text;
}

function oid(text: string): string {
  if (!isObjectIdentifier(text)) throw new InvalidArgumentError('an object identifier such as 2.999.10');
  return text;
}

function wholeNumber(text: string): number {
  if (!/^[1-9][0-9]{0,4}$/.test(text)) throw new InvalidArgumentError('a whole number of days from 1 to 99999');
  return Number(text);
}

async function read(name: string): Promise<Buffer> {
  return readFile(name).catch((cause: unknown) => {
    throw new AdminError('FILE_UNREADABLE', `The file ${name} can not be read.`, 'Name files that exist.', { cause });
  });
}

function explain(cause: unknown): never {
  if (cause instanceof MaterialError)
    throw new AdminError('PKI_MATERIAL_REFUSED', cause.message, 'Nothing was changed.', { cause });
  if (cause instanceof PkiError || cause instanceof RangeError) {
    throw new AdminError('PKI_UNUSABLE', `${cause.message}.`, 'See `tegata-admin pki show`.', { cause });
  }
  throw cause;
}
