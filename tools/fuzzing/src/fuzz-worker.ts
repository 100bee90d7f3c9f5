import { parentPort, workerData } from 'node:worker_threads';
import { Coverage } from './coverage.ts';
import { choices, mutated } from './mutation.ts';
import { parsers, takes } from './parsers.ts';

/** What the thread is told. */
export interface FuzzTask {
  readonly parser: string;
  readonly corpus: readonly Uint8Array[];
  /** ends after so long, or so many tries */
  readonly milliseconds: number;
  readonly tries: number;
  readonly seed: number;
  /** the input that is being tried: 4 octets number of tries, 4 octets its length, then it */
  readonly current: SharedArrayBuffer;
}

/** What it tells: inputs that reached something new, an input that was not refused properly, how far it came. */
export type FuzzReport =
  | { readonly kind: 'new'; readonly input: Uint8Array }
  | { readonly kind: 'finding'; readonly input: Uint8Array; readonly what: string }
  | { readonly kind: 'done'; readonly tries: number; readonly blocks: number };

const task = workerData as FuzzTask;
const { parser: name, corpus: known, current } = task;
const parser = parsers[name];
if (parser === undefined || parentPort === null) throw new Error('no parser to fuzz');
const report = (message: FuzzReport) => parentPort?.postMessage(message);

const counters = new Int32Array(current, 0, 2);
const shown = new Uint8Array(current, 8);
const coverage = new Coverage('fuzz-worker.mjs');
const seen = new Set<string>();
let tries = 0;

/** Tries an input; answers whether it reached a block that none did before, or one as often as none did. */
function isNew(input: Uint8Array): boolean {
  shown.set(input);
  counters[1] = input.length;
  Atomics.store(counters, 0, ++tries);
  try {
    takes(parser as NonNullable<typeof parser>, input);
  } catch (error) {
    report({ kind: 'finding', input, what: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
  const before = seen.size;
  for (const block of coverage.take()) seen.add(block);
  return seen.size > before;
}

const choose = choices(task.seed);
const corpus = known.map((input) => input.subarray(0, parser.longest));
for (const input of corpus) isNew(input);
const pick = () => corpus[choose(corpus.length)] ?? new Uint8Array();
const end = Date.now() + task.milliseconds;
while (Date.now() < end && tries < task.tries) {
  const input = mutated(pick(), pick(), choose, parser.longest);
  if (!isNew(input)) continue;
  corpus.push(input);
  report({ kind: 'new', input });
}
report({ kind: 'done', tries, blocks: seen.size });
