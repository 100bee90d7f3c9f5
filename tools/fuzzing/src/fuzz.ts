import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import type { FuzzReport, FuzzTask } from './fuzz-worker.ts';
import { parsers } from './parsers.ts';
import { seedsOf } from './seeds.ts';

/** An input that takes longer than this to refuse is a finding, unless said otherwise. */
const longestMs = 5_000;
/** Memory that a parser may take with the fuzzer around it. */
const memoryMb = 768;

/** What came of fuzzing one parser. */
export interface FuzzResult {
  readonly tries: number;
  /** blocks of code that were reached, by classes of their counts */
  readonly blocks: number;
  /** inputs in the corpus at the end */
  readonly corpus: number;
  /** what went wrong, once each, with the file of the input */
  readonly findings: readonly { readonly what: string; readonly file: string }[];
}

/** How a parser is fuzzed. */
export interface FuzzOptions {
  /** path that `bundleWorker` answered */
  readonly worker: string;
  /** where corpus and findings are kept, in a folder for each parser */
  readonly folder: string;
  /** the same one makes the same inputs, from the same corpus */
  readonly seed: number;
  readonly seconds?: number;
  readonly tries?: number;
  /** longest time for one input */
  readonly answerWithinMs?: number;
}

/** Bundles the fuzzer's thread with all parsers into one script, whose blocks V8 counts. @returns its path */
export async function bundleWorker(): Promise<string> {
  // In the workspace, where the packages of others are found that it leaves outside.
  const outfile = fileURLToPath(new URL('../dist/fuzz-worker.mjs', import.meta.url));
  await build({
    entryPoints: [fileURLToPath(new URL('fuzz-worker.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
    external: ['@grpc/*', 'pino'],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  return outfile;
}

/**
 * Fuzzes a parser for a while, guided by what its inputs reach. Inputs that reached something new stay in the folder for the next
 * time, and so do findings: an error that is no refusal of the parser, more than five seconds, more than the memory.
 */
export async function fuzz(
  name: string,
  { worker, folder, seed, answerWithinMs = longestMs, ...most }: FuzzOptions,
): Promise<FuzzResult> {
  const places = { corpus: join(folder, name, 'corpus'), findings: join(folder, name, 'findings') };
  for (const place of Object.values(places)) mkdirSync(place, { recursive: true });
  const kept = readdirSync(places.corpus).map((file) => readFileSync(join(places.corpus, file)));
  const corpus = [...seedsOf(name), ...kept];
  const current = new SharedArrayBuffer(8 + (parsers[name]?.longest ?? 0));
  const { seconds = Number.POSITIVE_INFINITY, tries = Number.POSITIVE_INFINITY } = most;
  const task: FuzzTask = { parser: name, corpus, milliseconds: seconds * 1000, tries, seed, current };
  const findings = new Map<string, string>();
  let found = corpus.length;
  let reached = { tries: 0, blocks: 0 };
  const keep = (place: keyof typeof places, input: Uint8Array): string => {
    const file = join(places[place], createHash('sha256').update(input).digest('hex').slice(0, 32));
    writeFileSync(file, input);
    return file;
  };
  /** The input that the thread was at when it was ended. */
  const interrupted = () => {
    const [, length = 0] = new Int32Array(current, 0, 2);
    return Uint8Array.from(new Uint8Array(current, 8, length));
  };
  await new Promise<void>((resolve) => {
    const thread = new Worker(worker, {
      workerData: task,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    const note = (what: string, input: Uint8Array) => {
      if (!findings.has(what)) findings.set(what, keep('findings', input));
    };
    let before = 0;
    const watch = setInterval(() => {
      const tries = Atomics.load(new Int32Array(current, 0, 2), 0);
      if (tries === before && tries > 0) {
        note(`no answer within ${answerWithinMs} ms`, interrupted());
        void thread.terminate();
      }
      before = tries;
    }, answerWithinMs);
    thread.on('message', (message: FuzzReport) => {
      if (message.kind === 'finding') note(message.what, message.input);
      else if (message.kind === 'done') reached = message;
      else {
        keep('corpus', message.input);
        found++;
      }
    });
    thread.on('error', (error) => note(String(error), interrupted()));
    thread.on('exit', () => {
      clearInterval(watch);
      resolve();
    });
  });
  return { ...reached, corpus: found, findings: [...findings].map(([what, file]) => ({ what, file })) };
}
