import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { runBenchmark } from './benchmark.ts';
import { chartOf } from './chart.ts';
import { type Protocol, protocols, type Spread, spreads } from './terminal-messages.ts';

const numbers = (text: string): number[] => {
  const values = text.split(',').map(Number);
  if (values.some((value) => !Number.isInteger(value) || value < 1)) {
    throw new InvalidArgumentError('whole numbers from 1, separated by commas');
  }
  return values;
};
const one = (text: string): number => numbers(text)[0]!;
const namesOf =
  <Name extends string>(all: readonly Name[]) =>
  (text: string): Name[] => {
    const names = text.split(',');
    const known = all.filter((name) => names.includes(name));
    if (known.length !== names.length) throw new InvalidArgumentError(`of ${all.join(', ')}`);
    return known;
  };

const program = new Command('bench')
  .description(
    'Measures complete downloads by emulated eUICCs from an SM-DP+ of its own: every combination of the options, and the ' +
      'crypto floor of this machine in the same run. Linux only.',
  )
  .option('--terminals <numbers>', 'terminals at once', numbers, [1, 4, 16, 64])
  .option('--protocols <names>', 'https, grpc', namesOf(protocols), [...protocols])
  .option('--processes <numbers>', 'processes of the SM-DP+', numbers, [1, 2])
  .option(
    '--spreads <names>',
    'what goes round several processes: whole downloads, as with a balancer of connections, or calls, the worst case',
    namesOf(spreads),
    [...spreads],
  )
  .option('--profiles <numbers>', 'profiles stored before', numbers, [1_000, 100_000])
  .option(
    '--downloads <number>',
    'downloads of each combination, and as many again beside which the second floor is measured',
    one,
    200,
  )
  .option('--warm-up <number>', 'downloads before, for each process of the SM-DP+ and protocol', one, 5_000)
  .option('--cpu-profiles <dir>', 'where each SM-DP+ leaves a V8 CPU profile (.cpuprofile) when it ends', (dir) =>
    resolve(dir),
  )
  .option('--out <dir>', 'where benchmark.json and benchmark.svg are written', '.data/benchmark')
  .parse();

const { out, ...plan } = program.opts<{
  terminals: number[];
  protocols: Protocol[];
  processes: number[];
  spreads: Spread[];
  profiles: number[];
  downloads: number;
  warmUp: number;
  cpuProfiles?: string;
  out: string;
}>();

const result = await runBenchmark(plan, (text) => process.stderr.write(`${text}\n`));
const directory = resolve(out);
mkdirSync(directory, { recursive: true });
writeFileSync(join(directory, 'benchmark.json'), `${JSON.stringify(result, null, 2)}\n`);
writeFileSync(join(directory, 'benchmark.svg'), chartOf(result));
process.stdout.write(`${JSON.stringify(result)}\n`);
