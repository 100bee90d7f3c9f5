import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ContractPhase, Evidence } from '@tegata/contracts/terminal-v1';
import { requireUsable } from '../../application/stages/authenticate-locally.ts';
import { withAbsolutePath } from '../../capture/camera-source.ts';
import { words } from '../../capture/page/words.ts';
import { readChipInReader, withChipFolder } from '../../evidence/chip-reader.ts';
import { readIdentityDocument } from '../../evidence/identity-document.ts';
import { TerminalError } from '../../terminal-error.ts';
import { type ApplicantOptions, applicantFrom } from '../applicant.ts';
import { type ChipPasswordOptions, chipPasswordFrom } from '../chip-password.ts';
import type { CommandContext } from '../command-context.ts';
import { followApplication, stepLine, type ToldApplication } from '../contract-progress.ts';
import { contractLines, contractValue, endedError, phaseText, stepValue } from '../contract-view.ts';
import { table } from '../output.ts';
import { readSecret } from '../password.ts';
import type { Prompts } from '../prompts.ts';

interface EvidenceOptions extends ChipPasswordOptions {
  readonly document?: string;
  /** whether the picture of the document is sent whatever is seen in it */
  readonly asItIs?: true;
  readonly frames?: string;
  readonly chip?: string;
  /** part of a reader's name; true for whichever has a card */
  readonly reader?: string | true;
  /** folder of a card that signs */
  readonly publicKey?: string;
  readonly pinFile?: string;
  /** file with a transfer code */
  readonly transfer?: string;
  readonly camera?: string;
  /** whether a browser is opened for the page of the camera */
  readonly open: boolean;
}

/** `tegata contract apply` */
export async function apply(
  context: CommandContext,
  options: ApplicantOptions & EvidenceOptions & { readonly carrier: string; readonly disclose?: string[] },
): Promise<void> {
  const { output, passwords, prompts, signal, withTerminal } = context;
  const window = await context.window();
  const given = evidenceFrom(options);
  const told = await withTerminal(async ({ contracts, localUser, certificateStore }) => {
    // What would stop the application anyway is said before the user is asked for anything.
    requireUsable(await localUser.getLocalAuthentication({}));
    const { stored } = await certificateStore.getCertificateStatus({});
    if (!stored) await requireLegiblePicture(options);
    const evidence = given ?? (stored || !prompts.possible ? undefined : await askForEvidence(prompts));
    const applicant = await applicantFrom(options, prompts);
    const password = await passwords.current();
    if (photographs(options)) await localUser.verifyLocalAuthentication({ password });
    return withEvidence(context, evidence, { ...options, birthDate: dateText(applicant.birthDate) }, (shown) => {
      const { carrier, disclose = [] } = options;
      const screenLanguage = window?.language ?? '';
      const request = { carrier, applicant, password, evidence: shown, disclose, screenLanguage };
      const report = (number: number) => contracts.reportScreen({ number });
      return followApplication(output, contracts.apply(request, { signal }), { ...options, window, report, signal });
    });
  });
  conclude(context, told);
}

/** `tegata contract resume` */
export async function resume(context: CommandContext, id: string | undefined, options: EvidenceOptions): Promise<void> {
  const { output, passwords, prompts, signal, withTerminal } = context;
  const window = await context.window();
  const evidence = evidenceFrom(options);
  await requireLegiblePicture(options);
  const told = await withTerminal(async ({ contracts, localUser }) => {
    const contractId = id ?? '';
    const { contracts: all } = await contracts.list({});
    const concerned = all.filter((contract) => contractId === '' || contract.contractId === contractId);
    const early = concerned.some(({ phase }) => phase === ContractPhase.APPLYING || phase === ContractPhase.DECIDING);
    const given = await passwords.withoutAsking();
    // Asked for only where it may be needed.
    const password = given ?? (early && prompts.possible ? await passwords.current() : '');
    if (early && password !== '' && photographs(options)) await localUser.verifyLocalAuthentication({ password });
    return withEvidence(context, evidence, options, (shown) => {
      const request = { contractId, password, evidence: shown, screenLanguage: window?.language ?? '' };
      const report = (number: number) => contracts.reportScreen({ number });
      return followApplication(output, contracts.resume(request, { signal }), { ...options, window, report, signal });
    });
  });
  conclude(context, told);
}

/** Whether the document is photographed: that comes before the local authentication, and would be done for nothing with a wrong password. */
function photographs({ camera, document, chip, reader, transfer }: EvidenceOptions): boolean {
  return camera === 'page' && [document, chip, reader, transfer].every((way) => way === undefined);
}

/** `tegata contract cancel` */
export async function cancel({ output, withTerminal }: CommandContext, id: string | undefined): Promise<void> {
  const { contract } = await withTerminal((terminal) => terminal.contracts.cancel({ contractId: id ?? '' }));
  if (contract === undefined) throw new TerminalError('internal', 'INTERNAL_ERROR', 'The terminal gave no contract.');
  output.result({ contract: contractValue(contract) }, contractLines(contract, output));
}

/** `tegata contract list` */
export async function list({ output, typed, withTerminal }: CommandContext): Promise<void> {
  const { contracts } = await withTerminal((terminal) => terminal.contracts.list({}));
  // What fits into 80 columns; `contract show` has the rest.
  const rows = contracts.map((contract) => [
    contract.createTime?.toISOString().slice(0, 16).replace('T', ' ') ?? '',
    contract.contractId || '(not yet opened)',
    contract.carrier,
    phaseText(contract, output),
  ]);
  const head = ['APPLIED (UTC)', 'CONTRACT', 'CARRIER', 'PHASE'];
  const none = [`No contract was applied for yet: ${typed('contract apply --carrier NAME')}`];
  output.result({ contracts: contracts.map(contractValue) }, rows.length === 0 ? none : table([head, ...rows]));
}

/** `tegata contract show` */
export async function show({ output, withTerminal }: CommandContext, contractId: string): Promise<void> {
  const { contract, steps } = await withTerminal((terminal) => terminal.contracts.get({ contractId }));
  if (contract === undefined) throw new TerminalError('internal', 'INTERNAL_ERROR', 'The terminal gave no contract.');
  output.result({ contract: contractValue(contract), steps: steps.map(stepValue) }, [
    ...contractLines(contract, output),
    '',
    ...steps.map((step) => stepLine(output, step)),
  ]);
}

/** What the options name, USAGE where that is not one document and one source of frames. */
function evidenceFrom(options: EvidenceOptions): Evidence | ChipInReader | undefined {
  const { document, chip, reader, frames, camera, publicKey, transfer } = options;
  // The daemon may have another working folder. Before all else: the person has typed no password yet, and no chip was read.
  const cameraSource = camera === undefined ? '' : withAbsolutePath(camera, (path) => resolve(path));
  const shown = [document, chip, reader, transfer].filter((way) => way !== undefined);
  const sources = [frames, camera].filter((source) => source !== undefined);
  if (publicKey !== undefined) {
    if (shown.length + sources.length === 0) return Evidence.fromPartial({ publicKeyDirectory: resolve(publicKey) });
    throw new TerminalError(
      'invalid',
      'USAGE',
      '--public-key goes alone: without --document, --chip, --reader, --transfer, --frames and --camera.',
    );
  }
  if (shown.length === 0 && sources.length === 0) return undefined;
  // The page photographs the document, too.
  const whole = shown.length === 1 || (shown.length === 0 && camera === 'page');
  if (!whole || sources.length !== 1) {
    const sentence =
      'One of --frames and --camera goes with one of --document, --chip, --reader and --transfer; --camera page goes alone, too.';
    throw new TerminalError('invalid', 'USAGE', sentence);
  }
  const source = { framesDirectory: frames === undefined ? '' : resolve(frames), camera: cameraSource };
  if (reader !== undefined) return { reader, ...source };
  return Evidence.fromPartial({
    documentFile: document === undefined ? '' : resolve(document),
    chipDirectory: chip === undefined ? '' : resolve(chip),
    transferCode: transfer === undefined ? '' : readSecret(transfer),
    ...source,
  });
}

/** A picture that the authentication server would ask for again, which measures the same, costs no round trip. PICTURE_UNUSABLE and those of readPicture. */
async function requireLegiblePicture({ document, asItIs }: EvidenceOptions): Promise<void> {
  if (document === undefined) return;
  const picture = readIdentityDocument(resolve(document));
  if (asItIs) return;
  // Loads the decoder of pictures, which other commands do without.
  const { documentFaults } = await import('../../capture/document-quality.ts');
  const faults = await documentFaults(picture);
  if (faults.length === 0) return;
  const sentences = faults.map((fault) => `${words.en.documentFaults[fault]} (${fault})`).join(' ');
  const message = `Another picture of the identity document is needed, and nothing was sent: ${sentences}`;
  throw new TerminalError('precondition', 'PICTURE_UNUSABLE', message);
}

/** A chip that has to be read first. */
interface ChipInReader {
  readonly reader: string | true;
  readonly framesDirectory: string;
  readonly camera: string;
}

/** Reads the chip where it is in a reader, whose files are there while `work` goes on; asks for the PIN of a card that signs. */
async function withEvidence<T>(
  { output, prompts, settings, signal }: CommandContext,
  evidence: Evidence | ChipInReader | undefined,
  options: ChipPasswordOptions & Pick<EvidenceOptions, 'pinFile'>,
  work: (evidence: Evidence | undefined) => Promise<T>,
): Promise<T> {
  if (evidence === undefined) return work(evidence);
  if (!('reader' in evidence)) {
    if (evidence.publicKeyDirectory === '') return work(evidence);
    const { pinFile } = options;
    const ask = () => prompts.secret('PIN of the card, for signatures (--pin-file)');
    return work({ ...evidence, publicKeyPin: pinFile === undefined ? await ask() : readSecret(pinFile) });
  }
  const { reader, framesDirectory, camera } = evidence;
  const password = await chipPasswordFrom(options, prompts);
  const tell = (line: string) => output.progress(line);
  const named = reader === true ? undefined : reader;
  const reading = await readChipInReader(password, { reader: named, socket: settings.pcscSocket, signal, tell });
  return withChipFolder(reading, (chipDirectory) =>
    work(Evidence.fromPartial({ chipDirectory, chipReader: reading.reader, framesDirectory, camera })),
  );
}

async function askForEvidence(prompts: Prompts): Promise<Evidence> {
  const check = (path: string) => (existsSync(resolve(path)) ? undefined : 'There is nothing at this path');
  const document = await prompts.text('Picture of the identity document (--document)', check);
  const frames = await prompts.text('Folder of camera frames (--frames)', check);
  return Evidence.fromPartial({ documentFile: resolve(document), framesDirectory: resolve(frames) });
}

function conclude({ output }: CommandContext, { contract, steps }: ToldApplication): void {
  if (contract === undefined) throw new TerminalError('internal', 'INTERNAL_ERROR', 'The terminal gave no contract.');
  if (contract.phase === ContractPhase.ENDED) throw endedError(contract);
  output.result({ contract: contractValue(contract), steps: steps.map(stepValue) }, contractLines(contract, output));
}

function dateText(date: { year: number; month: number; day: number } | undefined): string | undefined {
  if (date === undefined) return undefined;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.year}-${two(date.month)}-${two(date.day)}`;
}
