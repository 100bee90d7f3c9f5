import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isScope, type Scope } from './scopes.ts';

/** Folders of packages: libraries, programs, and what developers run. */
const TOPS = ['libs', 'apps', 'tools'] as const;

export type Kind = (typeof TOPS)[number];

/** One package of the workspace. */
export interface WorkspacePackage {
  /** Name it is imported by. */
  readonly name: string;
  /** Path from the root of the workspace, with forward slashes. */
  readonly folder: string;
  readonly kind: Kind;
  readonly scope: Scope;
  /** Keys of its `exports`: `.`, `./testing`, possibly with one `*`. */
  readonly exports: readonly string[];
}

export interface Workspace {
  readonly root: string;
  readonly packages: readonly WorkspacePackage[];
  /** What the root package.json installs for production, and for development alone. */
  readonly dependencies: ReadonlySet<string>;
  readonly devDependencies: ReadonlySet<string>;
}

interface PackageJson {
  readonly name: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/**
 * Read the packages of a workspace.
 *
 * @param root folder with the root package.json.
 * @throws Error for a package without exactly one known scope.
 */
export function readWorkspace(root: string): Workspace {
  const { dependencies = {}, devDependencies = {} } = readJson<PackageJson>(join(root, 'package.json'));
  const packages = TOPS.flatMap((kind) => {
    const names = existsSync(join(root, kind)) ? readdirSync(join(root, kind)).sort() : [];
    const folders = names.map((name) => `${kind}/${name}`);
    return folders
      .filter((folder) => existsSync(join(root, folder, 'package.json')))
      .map((folder) => readPackage(root, folder, kind));
  });
  return {
    root,
    packages,
    dependencies: new Set(Object.keys(dependencies)),
    devDependencies: new Set(Object.keys(devDependencies)),
  };
}

function readPackage(root: string, folder: string, kind: Kind): WorkspacePackage {
  const { name, exports = {} } = readJson<PackageJson>(join(root, folder, 'package.json'));
  return { name, folder, kind, scope: readScope(root, folder), exports: Object.keys(exports) };
}

function readScope(root: string, folder: string): Scope {
  const file = join(root, folder, 'project.json');
  const { tags = [] } = existsSync(file) ? readJson<{ tags?: readonly string[] }>(file) : {};
  const scopes = tags.filter((tag) => tag.startsWith('scope:')).map((tag) => tag.slice('scope:'.length));
  const [scope] = scopes;
  if (scope === undefined || scopes.length !== 1 || !isScope(scope)) {
    throw new Error(`${folder}/project.json needs exactly one tag scope:… of docs/architecture.md`);
  }
  return scope;
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
