import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { firstContractSteps, laterContractSteps } from '@tegata/contracts';
import { ProfileResult } from '@tegata/contracts/gsma-rsp-v2';
import type { Applicant } from '@tegata/contracts/management-v1';
import { ContractPhase, type ContractProgress, type ContractRecord, Evidence } from '@tegata/contracts/terminal-v1';
import { startLocalPostgres } from '@tegata/local-postgres';
import { describeNetwork, freePorts, Network, TerminalProcess } from '@tegata/network';
import { renderSampleApplicant, SAMPLE_PEOPLE } from '@tegata/sample-applicant';
import { ChartPrinter, type DemoStep } from './chart-printer.ts';
import { Operators } from './operators.ts';

/** What the demo is asked for. */
export interface DemoOptions {
  /** A person's own pictures in place of the rendered sample's. */
  readonly evidence?: { readonly documentFile: string; readonly framesDirectory: string };
  /** Who that person is, as the document prints it. */
  readonly person?: DemoPerson;
  /** Leaves everything running; the caller stops it. */
  readonly keep: boolean;
  /** Told what happens, a line at a time. */
  readonly print: (line: string) => void;
}

/** What an applicant says about themselves. */
export interface DemoPerson {
  readonly familyName: string;
  readonly givenName: string;
  /** YYYY-MM-DD */
  readonly birthDate: string;
  readonly address: string;
}

/** One contract of the demo. */
export interface DemoContract {
  readonly carrier: string;
  readonly iccid: string;
  readonly imsi: string;
  readonly steps: readonly { readonly step: string; readonly ms: number }[];
  /** Whether the applicant's identity was verified for it. */
  readonly identityVerification: boolean;
  /** Calls the authentication server counted while it was made. */
  readonly authenticationServerCalls: number;
  /** Whether AKA with the carrier's authentication centre succeeded. */
  readonly attached: boolean;
}

/** What came of the demo. */
export interface DemoResult {
  readonly ok: boolean;
  readonly contracts: readonly DemoContract[];
  readonly totalMs: number;
}

/** A running demo: its result, and what is to be stopped. */
export interface RunningDemo {
  readonly result: DemoResult;
  readonly directory: string;
  readonly networkFile: string;
  readonly state: string;
  stop(): Promise<void>;
}

const password = 'correct horse battery staple';
/** How often the servers are asked for steps while a contract is made, in milliseconds. */
const pollMs = 250;

/** Runs both flows on a network of its own, from nothing. Stops everything it started unless `keep` asks otherwise. */
export async function runDemo({ evidence, person, keep, print }: DemoOptions): Promise<RunningDemo> {
  const begin = performance.now();
  const directory = await mkdtemp(join(await dataDirectory(), 'demo-'));
  const running: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of running.reverse()) await end();
    running.length = 0;
    await rm(directory, { recursive: true, force: true });
  };
  try {
    print('Starting a Postgres, four servers and one new terminal.');
    const postgres = await startLocalPostgres({ dir: join(directory, 'pg'), temporary: true });
    running.push(() => postgres.stop());
    const topology = await describeNetwork(directory, freePorts);
    const network = new Network({
      topology,
      postgresUrl: postgres.url,
      onServing: (server, ms) => print(`  ${server.padEnd(20)} serves after ${(ms / 1000).toFixed(1)} s`),
    });
    running.push(() => network.stop());
    const pictures = evidence ?? renderedPictures(directory, print);
    await network.start();
    const operators = await Operators.connect(topology);
    running.push(async () => operators.close());
    const state = join(directory, 'terminal');
    const terminal = await TerminalProcess.start(state, network.networkFile, join(directory, 'logs', 'terminal.log'));
    running.push(() => terminal.stop());
    const { eid } = await terminal.lpa.getEuicc({});
    print(`  ${'terminal'.padEnd(20)} has an eUICC with EID ${eid}`);

    const applicant = applicantOf(person ?? { ...sampleIdentity(), address: '1-1 Sekisho, Utopia' });
    const demo = { terminal, operators, applicant, evidence: await pictures, print };
    await terminal.localUser.registerLocalAuthentication({ password, currentPassword: '' });
    const first = await makeContract(demo, 'aozora', Object.keys(firstContractSteps));
    const later = await makeContract(demo, 'minato', Object.keys(laterContractSteps));
    const switched = await attachAgain(demo, first);

    const ok = first.identityVerification && !later.identityVerification && later.authenticationServerCalls === 0;
    const contracts = [first, later];
    const complete = contracts.every(({ attached }) => attached) && switched;
    const result = { ok: ok && complete, contracts, totalMs: Math.round(performance.now() - begin) };
    if (!keep) await stop();
    return { result, directory, networkFile: network.networkFile, state, stop };
  } catch (error) {
    if (!keep) await stop();
    throw error;
  }
}

interface Demo {
  readonly terminal: TerminalProcess;
  readonly operators: Operators;
  readonly applicant: Applicant;
  readonly evidence: { readonly documentFile: string; readonly framesDirectory: string };
  readonly print: (line: string) => void;
}

function applicantOf({ familyName, givenName, birthDate, address }: DemoPerson): Applicant {
  const [year = 0, month = 0, day = 0] = birthDate.split('-').map(Number);
  return { familyName, givenName, birthDate: { year, month, day }, address };
}

function sampleIdentity() {
  const person = SAMPLE_PEOPLE[0];
  if (!person) throw new Error('there is no sample person');
  return person.identity;
}

async function renderedPictures(directory: string, print: (line: string) => void): Promise<Demo['evidence']> {
  print('The applicant is rendered in 3-D from a portrait photograph; --document and --frames take your own pictures.');
  const framesDirectory = join(directory, 'applicant');
  await renderSampleApplicant({ person: 0, seed: 1, outDir: framesDirectory });
  return { documentFile: join(framesDirectory, 'document.jpg'), framesDirectory };
}

/** Applies for a contract and follows it to the attached phone, printing each step once every server has recorded it. */
async function makeContract(demo: Demo, carrier: string, chart: readonly string[]): Promise<DemoContract> {
  const { terminal, operators, applicant, evidence, print } = demo;
  print('');
  print(chart[0] === 'S1' ? `First contract, with ${carrier}:` : `Second contract, with ${carrier}:`);
  const printer = new ChartPrinter(chart, print);
  const callsBefore = await operators.authenticationServerCalls();
  let record: ContractRecord | undefined;
  let finished = false;
  const application = (async () => {
    const call = {
      carrier,
      applicant,
      password,
      evidence: Evidence.fromPartial(evidence),
      disclose: [],
      screenLanguage: '',
    };
    for await (const { progress } of terminal.contracts.apply(call)) {
      record = take(progress, printer) ?? record;
    }
  })().finally(() => {
    finished = true;
  });
  application.catch(() => undefined);
  const collect = async () => {
    if (record?.contractId) for (const step of await operators.steps(record.contractId)) printer.add(step);
  };
  while (!finished) {
    await sleep(pollMs);
    await collect();
  }
  await collect();
  printer.flush();
  await application;
  if (record?.phase !== ContractPhase.COMPLETE) {
    throw new Error(`the contract with ${carrier} ended without a profile: ${reasonsOf(record)}`);
  }
  const attach = await terminal.lpa.attach({});
  print(`  Attached to ${attach.networkName} as ${attach.imsi} by AKA.`);
  return {
    carrier,
    iccid: record.iccid,
    imsi: attach.imsi,
    steps: printer.steps.map(({ step, ms }) => ({ step, ms: Math.round(ms * 1000) / 1000 })),
    identityVerification: record.identityVerification,
    authenticationServerCalls: (await operators.authenticationServerCalls()) - callsBefore,
    attached: attach.iccid === record.iccid,
  };
}

function take(progress: ContractProgress | undefined, printer: ChartPrinter): ContractRecord | undefined {
  const event = progress?.event;
  if (event?.$case === 'contract') return event.value;
  if (event?.$case === 'step') {
    const { step, duration } = event.value;
    const ms = Number(duration?.seconds ?? 0n) * 1000 + (duration?.nanos ?? 0) / 1e6;
    printer.add({ step, recordedBy: 'terminal', ms, outcome: 'ok' } satisfies DemoStep);
  }
  return undefined;
}

const reasonsOf = (record: ContractRecord | undefined): string =>
  record?.reasons.map(({ code, sentence }) => `${sentence} (${code})`).join(' ') || 'no reason was given';

/** Both profiles are there; enabling the first one again makes it attach again. */
async function attachAgain({ terminal, print }: Demo, { iccid, carrier }: DemoContract): Promise<boolean> {
  print('');
  const { result } = await terminal.es10c.enableProfile({
    profile: { identifier: { $case: 'iccid', value: iccid } },
    refreshFlag: true,
  });
  const { profiles } = await terminal.es10c.getProfilesInfo({});
  const attach = await terminal.lpa.attach({});
  print(`The profile of ${carrier} is enabled again; attached to ${attach.networkName} as ${attach.imsi}.`);
  await terminal.lpa.processNotifications({ seqNumber: 0 });
  return result === ProfileResult.OK && profiles.length === 2 && attach.iccid === iccid;
}

async function dataDirectory(): Promise<string> {
  const directory = resolve(import.meta.dirname, '../../../.data');
  await mkdir(directory, { recursive: true });
  return directory;
}
