import { randomUUID } from 'node:crypto';
import { cpus } from 'node:os';
import { type CryptoFloor, measureCryptoFloor } from './crypto-floor.ts';
import { Deployment } from './deployment.ts';
import { PacedFloor } from './paced-floor.ts';
import { type Percentiles, percentiles } from './percentiles.ts';
import { StoredProfiles } from './stored-profiles.ts';
import type { Protocol, Spread } from './terminal-messages.ts';
import { Terminals } from './terminals.ts';

/** Downloads by new terminals before those that are measured: by them the SM-DP+ knows their eUICCs, and channels are open. */
const settlingDownloads = 100;

/** What is measured: every combination. */
export interface BenchmarkPlan {
  readonly terminals: readonly number[];
  readonly protocols: readonly Protocol[];
  readonly processes: readonly number[];
  /** with more than one process; with one there is nothing to spread */
  readonly spreads: readonly Spread[];
  readonly profiles: readonly number[];
  /** downloads that are measured for each combination; at least one for each terminal */
  readonly downloads: number;
  /** downloads that each new process of the SM-DP+ is warmed up with, by each protocol */
  readonly warmUp: number;
  /** folder for a V8 CPU profile of each process of the SM-DP+, whole life; what is measured then includes taking it */
  readonly cpuProfiles?: string;
}

/** One combination and what was measured of it. */
export interface Measurement {
  readonly protocol: Protocol;
  readonly terminals: number;
  readonly processes: number;
  readonly spread: Spread;
  /** stored before the first download */
  readonly profiles: number;
  readonly downloads: number;
  readonly downloadsPerSecond: number;
  readonly serverCpuMsPerDownload: number;
  /** server CPU per download over the crypto floor of the run */
  readonly ratioToFloor: number;
  /** the same cryptography at the pace of calls, beside further downloads of the same kind, in milliseconds; null when they were over too soon to tell */
  readonly pacedFloorMs: number | null;
  /** server CPU per download over that */
  readonly ratioToPacedFloor: number | null;
  readonly postgresCpuMsPerDownload: number;
  readonly terminalCpuMsPerDownload: number;
  /** of whole downloads, work of the eUICC included */
  readonly downloadMs: Percentiles;
  /** of the waiting for the server in a download: four calls */
  readonly serverWaitMs: Percentiles;
  /** memory of the SM-DP+ processes after the downloads */
  readonly serverResidentOctets: number;
}

/** Everything of one run. */
export interface BenchmarkResult {
  readonly startTime: string;
  readonly machine: { readonly cores: number; readonly model: string; readonly node: string };
  readonly floor: CryptoFloor;
  readonly measurements: readonly Measurement[];
}

/** Runs a plan on a deployment of its own. Fewest stored profiles come first, because they only become more. */
export async function runBenchmark(plan: BenchmarkPlan, print: (line: string) => void): Promise<BenchmarkResult> {
  const startTime = new Date().toISOString();
  print('measuring the crypto floor');
  const floor = measureCryptoFloor();
  const deployment = await Deployment.create(plan.cpuProfiles);
  const { smdpAddress, pki } = deployment;
  const [pacedFloor, allTerminals] = [await PacedFloor.start(), await Terminals.start({ smdpAddress, pki })];
  try {
    const measurements: Measurement[] = [];
    const run = randomUUID();
    let stored = 0;
    for (const profiles of [...plan.profiles].sort((one, other) => one - other)) {
      for (const processes of plan.processes) {
        await deployment.run(processes);
        const operator = deployment.connectOperator();
        const store = new StoredProfiles(operator, run, stored);
        await store.fill(profiles, (count) => print(`${count} of ${profiles} profiles stored`));
        const cell = { deployment, allTerminals, store, profiles, processes, floor, pacedFloor };
        for (const protocol of plan.protocols) {
          print(`warming up: ${processes} process${processes > 1 ? 'es' : ''}, ${protocol}`);
          await settle(cell, { protocol, spread: 'downloads', terminals: 8 }, plan.warmUp * processes);
          const spreads = processes === 1 ? (['downloads'] as const) : plan.spreads;
          for (const spread of spreads) {
            for (const terminals of plan.terminals) {
              const load = { protocol, spread, terminals };
              const measurement = await measure(cell, load, Math.max(plan.downloads, terminals));
              measurements.push(measurement);
              print(line(measurement));
            }
          }
        }
        stored = store.count;
        operator.close();
      }
    }
    return { startTime, machine: machine(), floor, measurements };
  } finally {
    await Promise.all([pacedFloor.stop(), allTerminals.stop()]);
    await deployment.stop();
  }
}

interface Cell {
  readonly deployment: Deployment;
  readonly allTerminals: Terminals;
  readonly store: StoredProfiles;
  readonly profiles: number;
  readonly processes: number;
  readonly floor: CryptoFloor;
  readonly pacedFloor: PacedFloor;
}

type Load = Pick<Measurement, 'protocol' | 'spread' | 'terminals'>;

/** New terminals, which have made some downloads already. */
async function settle({ deployment, allTerminals, store }: Cell, load: Load, downloads: number): Promise<void> {
  await allTerminals.replace({ ...load, replicas: deployment.addresses(load.protocol) });
  await allTerminals.download(await store.release(Math.max(load.terminals, downloads)));
}

async function measure(cell: Cell, load: Load, downloads: number): Promise<Measurement> {
  const { deployment, allTerminals, store, pacedFloor } = cell;
  await settle(cell, load, settlingDownloads);
  const matchingIds = await store.release(downloads);
  await deployment.settleDatabase();
  const [before, begin] = [deployment.usage(), performance.now()];
  const { times, cpuMs } = await allTerminals.download(matchingIds);
  const [after, seconds] = [deployment.usage(), (performance.now() - begin) / 1000];
  if (times.length !== downloads) throw new Error(`${times.length} downloads of ${downloads}`);
  const further = await store.release(downloads);
  const pacedFloorMs = await pacedFloor.beside(() => allTerminals.download(further));
  const serverCpuMsPerDownload = (after.serverCpuMs - before.serverCpuMs) / downloads;
  return {
    ...load,
    processes: cell.processes,
    profiles: cell.profiles,
    downloads,
    downloadsPerSecond: downloads / seconds,
    serverCpuMsPerDownload,
    ratioToFloor: serverCpuMsPerDownload / cell.floor.perDownloadMs,
    pacedFloorMs: pacedFloorMs ?? null,
    ratioToPacedFloor: pacedFloorMs === undefined ? null : serverCpuMsPerDownload / pacedFloorMs,
    postgresCpuMsPerDownload: (after.postgresCpuMs - before.postgresCpuMs) / downloads,
    terminalCpuMsPerDownload: cpuMs / downloads,
    downloadMs: percentiles(times.map(({ wholeMs }) => wholeMs)),
    serverWaitMs: percentiles(times.map(({ serverMs }) => serverMs)),
    serverResidentOctets: after.residentOctets,
  };
}

/** One measurement as a line for people. */
export function line(measurement: Measurement): string {
  const { protocol, terminals, profiles, downloadMs: times } = measurement;
  const ms = (value: number) => value.toFixed(value < 10 ? 2 : 0);
  const paced = measurement.ratioToPacedFloor;
  return [
    `${protocol.padEnd(5)} ${String(terminals).padStart(2)} terminals, ${serversOf(measurement)}, ${profiles} profiles:`,
    `${measurement.downloadsPerSecond.toFixed(1)} downloads/s,`,
    `server CPU ${ms(measurement.serverCpuMsPerDownload)} ms (${measurement.ratioToFloor.toFixed(1)} × floor, ${paced?.toFixed(1) ?? '?'} × floor at that pace),`,
    `p50/p95/p99 ${ms(times.p50)}/${ms(times.p95)}/${ms(times.p99)} ms,`,
    `${Math.round(measurement.serverResidentOctets / 2 ** 20)} MiB`,
  ].join(' ');
}

/** `1 × SM-DP+`, `2 × SM-DP+ by calls` */
export const serversOf = ({ processes, spread }: Measurement): string =>
  `${processes} × SM-DP+${processes === 1 ? '' : ` by ${spread}`}`;

function machine(): BenchmarkResult['machine'] {
  const all = cpus();
  return { cores: all.length, model: all[0]?.model ?? 'unknown', node: process.version };
}
