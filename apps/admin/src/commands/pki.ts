import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { ensurePki, PkiError } from '@tegata/pki';
import { Command } from 'commander';
import { AdminError } from '../network.ts';
import type { Output } from '../output.ts';
import { deployedServers } from '../pki/deployed-servers.ts';
import { addForeignCommands } from '../pki/foreign-pki.ts';
import { handOut } from '../pki/hand-out.ts';
import { readPkiPlan } from '../pki/plan-file.ts';
import { ensureVaultKeys } from '../pki/vault-keys.ts';

interface PlanOptions {
  readonly plan: string;
  readonly directory: string;
}

/** `pki …`: certificates and keys of a new deployment. Needs no network, and changes nothing that is there already. */
export function pkiCommand(output: () => Output): Command {
  const command = new Command('pki').description('make the certificates and keys of a deployment');
  const subcommand = (name: string, description: string) =>
    command
      .command(name)
      .description(description)
      .requiredOption('--plan <file>', 'who is in the deployment, JSON (docker/pki-plan.json)');
  subcommand('create', 'make the RSP, identity and service PKI; issue anew what is near its end')
    .requiredOption('--directory <folder>', 'folder of the PKI; holds the keys of all CAs')
    .addHelpText(
      'after',
      '\nExample:\n  $ tegata-admin pki create --plan docker/pki-plan.json --directory /state/pki\n',
    )
    .action(async ({ plan, directory }: PlanOptions) => {
      const report = await ensurePki(resolve(directory), readPkiPlan(plan), {
        random: randomBytes,
        at: new Date(),
      }).catch(explain(directory));
      const rows = (['created', 'renewed', 'present'] as const).flatMap((state) =>
        report[state].map((entry) => ({ entry, state })),
      );
      output()(rows);
    });
  subcommand('keys', 'make the vault key (32 random octets) of every server that has none')
    .requiredOption('--directory <folder>', 'folder with a folder per server; `vault.key` is put in it')
    .addHelpText(
      'after',
      '\nExample:\n  $ tegata-admin pki keys --plan docker/pki-plan.json --directory /state/servers\n',
    )
    .action(async ({ plan, directory }: PlanOptions) => {
      const reports = await ensureVaultKeys(resolve(directory), deployedServers(readPkiPlan(plan)), randomBytes);
      output()(reports.map((report) => ({ ...report })));
    });
  subcommand('hand-out', 'copy to each server what it needs of a PKI: its own keys and no others')
    .requiredOption('--from <folder>', 'folder of the PKI, made by `pki create`')
    .requiredOption('--directory <folder>', 'folder with a folder per server; `pki` is put in it')
    .addHelpText(
      'after',
      '\nExample:\n  $ tegata-admin pki hand-out --plan docker/pki-plan.json --from /state/pki --directory /state/servers\n',
    )
    .action(async ({ plan, from, directory }: PlanOptions & { readonly from: string }) => {
      const reports = await handOut(resolve(from), resolve(directory), deployedServers(readPkiPlan(plan)));
      output()(reports.map((report) => ({ ...report })));
    });
  addForeignCommands(command, output);
  return command;
}

const explain =
  (directory: string) =>
  (cause: unknown): never => {
    if (!(cause instanceof PkiError || cause instanceof RangeError)) throw cause;
    throw new AdminError(
      cause instanceof PkiError ? `PKI_${cause.code}` : 'PKI_PLAN_UNUSABLE',
      `The PKI in ${directory} can not be brought to the plan: ${cause.message}.`,
      'Keys that are there are never replaced. Put this entry right, or name another folder.',
      { cause },
    );
  };
