import { dirname, resolve } from 'node:path';
import { Command } from 'commander';
import { type DemoOptions, type DemoResult, type RunningDemo, runDemo } from './run-demo.ts';

const program = new Command('demo')
  .description(
    'Brings up a whole network on this machine, makes a contract with aozora after identity verification and one with minato ' +
      'without, shows every step, and stops everything it started.',
  )
  .option(
    '--json',
    'print one JSON document on standard output and nothing else (with npm: npm run --silent demo -- --json)',
  )
  .option('--keep', 'leave everything running and say how to explore it')
  .option('--document <file>', 'your own picture of an identity document, side with the portrait')
  .option('--frames <dir>', 'your own camera frames: folders straight, left, right, up, down')
  .option('--family-name <name>', 'with --document: your family name as it is printed there')
  .option('--given-name <name>', 'your given name as it is printed there')
  .option('--birth-date <date>', 'YYYY-MM-DD')
  .option('--address <address>', 'as it is printed there, if it is')
  .parse();

const { json, keep, document, frames, familyName, givenName, birthDate, address } = program.opts<{
  json?: boolean;
  keep?: boolean;
  document?: string;
  frames?: string;
  familyName?: string;
  givenName?: string;
  birthDate?: string;
  address?: string;
}>();
if ((document === undefined) !== (frames === undefined)) program.error('--document and --frames belong together.');
const named = familyName !== undefined && givenName !== undefined && birthDate !== undefined;
if ((document !== undefined) !== named) {
  program.error(
    'With --document and --frames the demo needs --family-name, --given-name and --birth-date, and no other way.',
  );
}
if (birthDate !== undefined && !/^\d{4}-\d\d-\d\d$/.test(birthDate)) program.error('--birth-date is YYYY-MM-DD.');

/** With --json people read the progress on standard error. */
const print = (line: string) => (json ? process.stderr : process.stdout).write(`${line}\n`);

const options: DemoOptions = {
  keep: keep ?? false,
  print,
  ...(document !== undefined &&
    frames !== undefined && { evidence: { documentFile: resolve(document), framesDirectory: resolve(frames) } }),
  ...(familyName !== undefined &&
    givenName !== undefined &&
    birthDate !== undefined && { person: { familyName, givenName, birthDate, address: address ?? 'not said' } }),
};

try {
  const demo = await runDemo(options);
  if (json) process.stdout.write(`${JSON.stringify(demo.result)}\n`);
  else summarise(demo.result);
  process.exitCode = demo.result.ok ? 0 : 1;
  if (keep) await explore(demo);
} catch (error) {
  process.exitCode = 1;
  const message = error instanceof Error ? error.message : String(error);
  if (json) process.stdout.write(`${JSON.stringify({ ok: false, contracts: [], totalMs: 0, error: message })}\n`);
  print(`The demo failed: ${message}`);
}

function summarise({ ok, contracts, totalMs }: DemoResult): void {
  print('');
  for (const { carrier, iccid, imsi, identityVerification, authenticationServerCalls, steps } of contracts) {
    const ms = steps.reduce((sum, step) => sum + (isWork(step.step) ? step.ms : 0), 0);
    print(
      `${carrier}: ICCID ${iccid}, IMSI ${imsi}, ` +
        `${identityVerification ? 'identity verified' : 'no identity verification'}, ` +
        `${authenticationServerCalls} calls to authentication, ${steps.length} steps, servers busy ${(ms / 1000).toFixed(2)} s`,
    );
  }
  print(`${ok ? 'Both flows work' : 'NOT everything worked'}. ${(totalMs / 1000).toFixed(1)} s in all.`);
}

/** Steps that are a server's own work and contain no other step. */
function isWork(step: string): boolean {
  return ['S13', 'S22', 'S23', 'S25', 'S26', 'S31', 'S49', 'S50', 'S51', 'S52', 'S55'].includes(step);
}

async function explore({ networkFile, state, directory, stop }: RunningDemo): Promise<void> {
  const from = dirname(dirname(dirname(import.meta.dirname)));
  print('');
  print(`Everything goes on running; Ctrl-C stops it and removes ${directory}. In ${from}:`);
  print(`  export TEGATA_NETWORK=${networkFile} TEGATA_STATE=${state}`);
  print('  npx tegata profile list            npx tegata contract list         npx tegata euicc info');
  print('  npx tegata-admin status            npx tegata-admin contract list --carrier aozora');
  print(`  logs: ${directory}/logs            reflection clients: docs/explore.md`);
  await new Promise<void>((done) => {
    const alive = setInterval(() => undefined, 60_000);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        clearInterval(alive);
        done();
      });
    }
  });
  await stop();
}
