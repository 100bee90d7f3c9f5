// What of node_modules a program needs where it runs: the root package's `dependencies` and everything they name in turn. npm's own
// pruning keeps the optional peers of packages too, such as the whole Prisma command line.
//
//   production-packages.mjs list                     one JSON list of { path, name, version, license, optional }
//   production-packages.mjs copy <folder> [--without <name> ...]
//                                                    copies what is installed of them to <folder>/node_modules
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const workspace = fileURLToPath(new URL('..', import.meta.url));
const { packages: locked } = JSON.parse(readFileSync(join(workspace, 'package-lock.json'), 'utf8'));

const [command, ...rest] = process.argv.slice(2);
if (command === 'list') {
  console.log(JSON.stringify(productionPackages(), undefined, 1));
} else if (command === 'copy' && rest[0]) {
  const [folder, flag, ...without] = rest;
  if (flag !== undefined && flag !== '--without') fail();
  copy(productionPackages(without), folder);
} else {
  fail();
}

/** Packages in the lock file that the root's dependencies lead to; `without` names dependencies of the root that are left out. */
function productionPackages(without = []) {
  const found = new Map();
  const add = (name, from, optional) => {
    const path = resolve(name, from);
    if (path === undefined) {
      if (optional) return;
      throw new Error(`${name}, which ${from || 'the root'} depends on, is not in package-lock.json`);
    }
    const known = found.get(path);
    if (known !== undefined && (optional || !known.optional)) return;
    const entry = locked[path];
    found.set(path, {
      path,
      name: entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: entry.version,
      license: entry.license,
      optional,
    });
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = entry;
    for (const each of Object.keys(dependencies)) add(each, path, optional);
    for (const each of Object.keys(optionalDependencies)) add(each, path, true);
    for (const each of Object.keys(peerDependencies))
      if (!peerDependenciesMeta[each]?.optional) add(each, path, optional);
  };
  for (const name of Object.keys(locked[''].dependencies)) if (!without.includes(name)) add(name, '', false);
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Where Node finds a package from another's folder: in its own node_modules, else in those of the folders above. */
function resolve(name, from) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const path = join(folder, 'node_modules', name);
    if (basename(folder) !== 'node_modules' && path in locked) return path;
    if (folder === '') return undefined;
  }
}

function copy(packages, folder) {
  let copied = 0;
  for (const { path, optional } of packages) {
    const source = join(workspace, path);
    if (!existsSync(source)) {
      if (optional) continue;
      throw new Error(`${path} is not installed`);
    }
    // A package within a package is needed, or not, for itself.
    cpSync(source, join(folder, path), {
      recursive: true,
      filter: (file) => file === source || !file.slice(source.length).includes('/node_modules'),
    });
    copied++;
  }
  console.log(`${copied} packages`);
}

function fail() {
  console.error('usage: production-packages.mjs list | copy <folder> [--without <name> ...]');
  process.exit(2);
}
