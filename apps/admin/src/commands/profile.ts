import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { printable, printableJson } from '@tegata/contracts';
import { ProfileOrdersService, ProfileTemplate } from '@tegata/contracts/management-v1';
import { ProfilePackageError, readProfilePackage } from '@tegata/profile-package';
import { qrCodePng, qrCodeSvg } from '@tegata/qr-code';
import { qrCodeText } from '@tegata/rsp';
import { Command, Option } from 'commander';
import { BatchRefusedError } from '../batch/batch-error.ts';
import { checkBatch } from '../batch/check-batch.ts';
import { writeCoreNetworkFile } from '../batch/core-network-file.ts';
import { type ImportedBatch, importBatch } from '../batch/import-batch.ts';
import { readBatch } from '../batch/read-batch.ts';
import { expectWritable, putFile } from '../durable-file.ts';
import { AdminError } from '../network.ts';
import { type OrderOptions, orderAttributes, withSharedOrderOptions } from '../order-options.ts';
import { table } from '../output.ts';
import { type DescribedProfile, describeProfile } from '../profile/describe-profile.ts';
import type { OpenSession } from '../program.ts';
import { codesCommand, exportCommand } from './profile-export.ts';

/** Longest time for a batch. */
const importTimeoutMs = 6 * 3_600_000;
/** Progress is told after so many rows. */
const progressStep = 1000;

/** `profile …`: profile packages, and batches of profiles for a carrier's SM-DP+. */
export function profileCommand(open: OpenSession, isJson: () => boolean, write: (text: string) => void): Command {
  return new Command('profile')
    .description(
      'look into profile packages; bring profiles into a carrier’s SM-DP+ by the thousand, and tell of them again',
    )
    .addCommand(inspect(isJson, write))
    .addCommand(importCommand(open))
    .addCommand(exportCommand(open))
    .addCommand(codesCommand(open));
}

function inspect(isJson: () => boolean, write: (text: string) => void): Command {
  return new Command('inspect')
    .description('print an unprotected profile package (DER, as TS.48) readably')
    .argument('<file>', 'profile package')
    .option('--show-secrets', 'print keys and codes, and files that hold keys or that no template names', false)
    .addHelpText('after', '\nExample:\n  $ tegata-admin profile inspect TS48v5_SAIP2.3_NoBERTLV.der')
    .action((file: string, { showSecrets }: { showSecrets: boolean }) => {
      const described = describeProfile(readPackage(file, readFile(file)), { showSecrets });
      write(isJson() ? `${printableJson(described, 2)}\n` : `${text(described)}\n`);
    });
}

function text(described: DescribedProfile): string {
  const { iccid, edition, profileType, mandatoryServices, octets, elements, ...parts } = described;
  const section = (title: string, rows: readonly Record<string, unknown>[]) =>
    rows.length === 0 ? [] : ['', title, table(rows)];
  return [
    `${printable(profileType) || 'profile'}, ICCID ${iccid}, format ${edition}, ${octets} octets, ${elements.length} elements`,
    printable(`demands ${mandatoryServices.join(', ') || 'nothing'}`),
    ...section('ELEMENTS', elements),
    ...section('APPLICATIONS', parts.applications),
    ...section('AUTHENTICATION', parts.authentication),
    ...section('CODES', parts.codes),
    ...section('SERVICES', parts.services),
    ...section(
      'FILES',
      parts.files.map((file) => ({ ...file })),
    ),
    ...(parts.warnings.length > 0 ? ['', 'WARNINGS', ...parts.warnings.map(printable)] : []),
  ].join('\n');
}

interface ImportCommandOptions extends OrderOptions {
  readonly carrier: string;
  readonly template?: string;
  readonly keepTemplateKeys?: boolean;
  readonly type: string;
  readonly profileName?: string;
  readonly serviceProvider?: string;
  readonly opFile?: string;
  readonly stock?: boolean;
  readonly out?: string;
  readonly qrDir?: string;
  readonly qrForm: 'png' | 'svg';
  readonly skipBadRows?: boolean;
  readonly check?: boolean;
}

function importCommand(open: OpenSession): Command {
  const command = new Command('import')
    .description(
      'bring profiles into the SM-DP+, with orders released for download; repeating the same file does nothing twice',
    )
    .argument('<batch>', 'CSV with a header line; columns are in docs/operations.md, what is left empty is made')
    .requiredOption('--carrier <name>', 'carrier')
    .option('--template <file>', 'profile package to personalise (DER, as TS.48); else the carrier’s own')
    .option(
      '--keep-template-keys',
      'leave the keys of its security domains as they are, for tests with published keys; else each profile has its own',
      false,
    )
    .option('--type <name>', 'profile type that orders name them by', '')
    .option('--profile-name <name>', 'name that users are shown', '')
    .option('--service-provider <name>', 'service provider that users are shown', '')
    .option('--op-file <file>', 'file with the operator’s OP (32 hexadecimal digits), for rows with Ki and without OPc')
    .option('--stock', 'keep the profiles in stock, without orders')
    .option('--out <file>', 'CSV for the core network and the letters to subscribers; holds keys')
    .option('--qr-dir <folder>', 'write the QR code of every activation code there')
    .addOption(new Option('--qr-form <form>', 'form of the QR codes').choices(['png', 'svg']).default('png'))
    .option('--skip-bad-rows', 'import the good rows of a file with bad ones')
    .option('--check', 'only tell what is wrong with the file, as every import does before it begins')
    .addHelpText(
      'after',
      `
Examples:
  $ tegata-admin profile import batch.csv --carrier aozora --check
  $ tegata-admin profile import batch.csv --carrier aozora --out core.csv --qr-dir qr
  $ tegata-admin profile import batch.csv --carrier aozora --template TS48v5.der --type ts48 --stock`,
    );
  return withSharedOrderOptions(command).action(async (file: string, options: ImportCommandOptions) => {
    const session = open();
    const op = options.opFile === undefined ? undefined : readOp(options.opFile);
    const read = readBatch(file, op, { stock: options.stock ?? false, smdsAddress: options.smds ?? '' });
    const asked = {
      template: template(options),
      order: options.stock ? undefined : orderAttributes(options),
      timeoutMs: importTimeoutMs,
    };
    const { checked, batch } = await session.withServer(`management/${options.carrier}`, async (connection) => {
      const client = connection.client(ProfileOrdersService);
      // The server looks at all that can be read, so that every fault is told at once.
      const checked = await checkBatch(client, read, asked);
      const mayImport = !options.check && (checked.faults.length === 0 || options.skipBadRows);
      if (!mayImport) return { checked };
      await expectWritable(options.out, options.qrDir && join(options.qrDir, 'qr'));
      const onProgress = (answered: number) => {
        if (answered % progressStep === 0) process.stderr.write(`${answered} of ${checked.rows.length} rows\n`);
      };
      return { checked, batch: await importBatch(client, checked.rows, { ...asked, onProgress }) };
    });
    const { rows, faults, repeated } = checked;
    if (batch === undefined) {
      if (faults.length > 0) throw new BatchRefusedError(file, faults);
      session.output({ to_import: rows.length - repeated, imported_before: repeated, refused: 0 });
      return;
    }
    // Keys first: what is stored at the SM-DP+ is of no use to a core network that does not have them.
    if (options.out) await writeCoreNetworkFile(resolve(options.out), batch.profiles);
    if (options.qrDir) await writeQrCodes(options.qrDir, options.qrForm, batch);
    const skipped = [...faults, ...batch.faults];
    session.output({
      imported: batch.profiles.length - batch.repeated,
      imported_before: batch.repeated,
      refused: skipped.length,
      ...(options.out && { core_network_file: resolve(options.out) }),
      ...(options.qrDir && { qr_codes: resolve(options.qrDir) }),
    });
    if (batch.faults.length > 0) throw new BatchRefusedError(file, batch.faults, batch.profiles.length);
  });
}

/** Reads OP. @throws AdminError OP_UNREADABLE, which does not repeat what stands in the file */
function readOp(file: string): Uint8Array {
  const text = readFile(file).toString('latin1').trim();
  if (/^[0-9A-Fa-f]{32}$/.test(text)) return Buffer.from(text, 'hex');
  throw new AdminError('OP_UNREADABLE', `${file} does not hold 32 hexadecimal digits.`, 'Put OP into it, not OPc.');
}

async function writeQrCodes(folder: string, form: 'png' | 'svg', { profiles }: ImportedBatch): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const { iccid, order } of profiles) {
    if (!order?.activationCode) continue;
    const code = qrCodeText(order.activationCode);
    const octets = form === 'png' ? qrCodePng(code) : Buffer.from(qrCodeSvg(code));
    await putFile(join(resolve(folder), `${iccid}.${form}`), octets, 0o600);
  }
}

function template({
  template: file,
  keepTemplateKeys,
  type,
  profileName,
  serviceProvider,
}: ImportCommandOptions): ProfileTemplate {
  const octets = file === undefined ? Buffer.alloc(0) : readFile(file);
  // Looked at here already: the sentence names the file.
  if (file !== undefined) readPackage(file, octets);
  return ProfileTemplate.fromPartial({
    profilePackage: octets,
    profileType: type,
    keepSecurityDomainKeys: keepTemplateKeys ?? false,
    ...((profileName || serviceProvider) && {
      display: { profileName: profileName ?? '', serviceProviderName: serviceProvider ?? '' },
    }),
  });
}

function readFile(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new AdminError('FILE_UNREADABLE', `${file} can't be read.`, 'Name a profile package.', { cause });
  }
}

function readPackage(file: string, octets: Uint8Array) {
  try {
    return readProfilePackage(octets);
  } catch (cause) {
    if (!(cause instanceof ProfilePackageError)) throw cause;
    throw new AdminError(
      'PROFILE_PACKAGE_UNREADABLE',
      `${file} is no profile package: ${cause.message}.`,
      'It has to be unprotected, complete and DER.',
      { cause },
    );
  }
}
