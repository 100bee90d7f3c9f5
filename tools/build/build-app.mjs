// Bundles one app for production: node tools/build/build-app.mjs apps/authentication main=src/main.ts worker=@tegata/ekyc/worker
//
// Workspace packages become part of the bundle, third-party packages stay outside: they are installed from the root
// package.json, and some of them (gRPC, sharp, tensor back ends) find files of their own beside them.
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const workspace = fileURLToPath(new URL('../..', import.meta.url));
const [app, ...entries] = process.argv.slice(2);
if (!app || entries.length === 0 || !entries.every((entry) => entry.includes('='))) {
  console.error('usage: build-app.mjs <app folder> <name>=<file in the app, or workspace package> ...');
  process.exit(2);
}
const folder = join(workspace, app);
const output = join(folder, 'dist');

/** Leaves everything outside that is not a file and not a package of this workspace. */
const thirdPartyOutside = {
  name: 'third-party-outside',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@tegata/') ? undefined : { path, external: true },
    );
  },
};

rmSync(output, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: folder,
  // A name without a leading dot is a package, so files of the app need one.
  entryPoints: entries.map((entry) => {
    const [out, source] = entry.split('=');
    return { out, in: source.startsWith('@') ? source : `./${source}` };
  }),
  outdir: output,
  bundle: true,
  // What two entry points share is loaded once per process, and is in one file: modules that look for files beside
  // them do so in `dist`, whichever file they are in.
  splitting: true,
  chunkNames: '[name]-[hash]',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  sourcesContent: false,
  keepNames: false,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  plugins: [thirdPartyOutside],
});
refuseDevelopmentPackages(metafile);

const migrations = join(folder, 'prisma', 'migrations');
if (existsSync(migrations)) cpSync(migrations, join(output, 'migrations'), { recursive: true });
// The bundle is a module wherever it is copied to. It has no name: that would be the package's own, twice.
writeFileSync(join(output, 'package.json'), '{ "type": "module", "private": true }\n');

const octets = Object.entries(metafile.outputs)
  .filter(([file]) => file.endsWith('.js'))
  .reduce((sum, [, { bytes }]) => sum + bytes, 0);
console.log(`${relative(workspace, output)}: ${entries.join(', ')}, ${Math.round(octets / 1024)} kB`);

/** An image installs `dependencies` alone, and would fail at its first start. */
function refuseDevelopmentPackages({ outputs }) {
  const { dependencies } = JSON.parse(readFileSync(join(workspace, 'package.json'), 'utf8'));
  const imported = Object.values(outputs).flatMap(({ imports }) => imports.filter(({ external }) => external));
  const missing = new Set(
    imported
      .map(({ path }) => path)
      .filter((path) => !isBuiltin(path))
      .map(packageOf),
  );
  for (const known of Object.keys(dependencies)) missing.delete(known);
  if (missing.size === 0) return;
  console.error(`${app} imports what is not among "dependencies" in package.json: ${[...missing].join(', ')}`);
  rmSync(output, { recursive: true, force: true });
  process.exit(1);
}

function packageOf(path) {
  return path.split('/', path.startsWith('@') ? 2 : 1).join('/');
}
