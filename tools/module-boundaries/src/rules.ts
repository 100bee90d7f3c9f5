import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import type { Import } from './imports.ts';
import { MAY_IMPORT } from './scopes.ts';
import type { Workspace, WorkspacePackage } from './workspace.ts';

/** A file of a package: the path is relative to the package's folder, with forward slashes. */
export interface SourceFile {
  readonly of: WorkspacePackage;
  readonly path: string;
}

/**
 * The rule that an import breaks, in words for the person who wrote it.
 *
 * @returns `undefined` when it breaks none.
 */
export function brokenRule(imported: Import, file: SourceFile, workspace: Workspace): string | undefined {
  const { specifier } = imported;
  if (specifier.startsWith('.')) return relativeRule(specifier, file, workspace);
  if (specifier.startsWith('/') || /^[a-z]+:/.test(specifier)) {
    return isBuiltin(specifier) ? undefined : 'only packages and relative paths are imported';
  }
  const name = packageNameOf(specifier);
  const target = workspace.packages.find((one) => one.name === name);
  if (target !== undefined) return workspaceRule(specifier, target, file);
  if (isBuiltin(specifier)) return undefined;
  return thirdPartyRule(name, imported, file, workspace);
}

/** Name of the package in `@scope/name/path` or `name/path`. */
export function packageNameOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function relativeRule(specifier: string, { of, path }: SourceFile, { packages }: Workspace): string | undefined {
  const target = posix.join(of.folder, posix.dirname(path), specifier);
  const owner = packages.find(({ folder }) => target === folder || target.startsWith(`${folder}/`));
  if (owner === undefined || owner === of) return undefined;
  return `a relative import ends at the package: import what ${owner.name} exports`;
}

function workspaceRule(specifier: string, target: WorkspacePackage, { of }: SourceFile): string | undefined {
  const entry = `.${specifier.slice(target.name.length)}`;
  if (!target.exports.some((key) => matches(key, entry))) {
    return `${target.name} does not export this: its exports are ${target.exports.join(', ')}`;
  }
  if (target === of) return undefined;
  const allowed = MAY_IMPORT[of.scope];
  if (of.scope === 'tool') return undefined;
  if (!allowed.includes(target.scope)) {
    return `${of.scope} code imports ${allowed.join(' and ')} libraries; ${target.name} is ${target.scope} code`;
  }
  if (target.kind !== 'libs') return `only tools import programs; ${target.name} is one: meet in the contracts`;
  return undefined;
}

/** Whether a key of `exports`, possibly with one `*`, stands for an entry. */
function matches(key: string, entry: string): boolean {
  const [start = '', end] = key.split('*', 2);
  if (end === undefined) return key === entry;
  return entry.length > start.length + end.length && entry.startsWith(start) && entry.endsWith(end);
}

function thirdPartyRule(
  name: string,
  { typeOnly }: Import,
  file: SourceFile,
  { dependencies, devDependencies }: Workspace,
): string | undefined {
  if (dependencies.has(name)) return undefined;
  if (!devDependencies.has(name)) return `${name} is not in the root package.json`;
  if (typeOnly || isForDevelopment(file)) return undefined;
  return `${name} is among "devDependencies", which are not installed where this runs`;
}

/** Tests and what they share, tools, settings beside the sources, and scripts that start the sources as they are. */
function isForDevelopment({ of, path }: SourceFile): boolean {
  return of.kind === 'tools' || /\.spec\.ts$/.test(path) || /(^|\/)testing\//.test(path) || !/^src\/.*\.ts$/.test(path);
}
