import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { isDeliverable, licenceOf } from './licences.ts';
import { exists, jsonOf, textOf, workspace } from './workspace.ts';

interface Manifest {
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}
interface ProductionPackage {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly optional: boolean;
}

const { dependencies = {}, devDependencies = {} } = jsonOf<Manifest>('package.json');
const direct = Object.entries({ ...dependencies, ...devDependencies });

/** Rows of the page's tables: package, version, licence, reason. */
const rows = new Map(
  textOf('docs/dependencies.md')
    .split('\n')
    .flatMap((line) => {
      const [, name, version, licence, reason] = /^\| `([^`]+)` \| (\S+) \| ([^|]+) \| (.*) \|$/.exec(line) ?? [];
      return name ? [[name, { version, licence, reason }] as const] : [];
    }),
);

describe('docs/dependencies.md', () => {
  it.each(direct)('lists %s as it is installed, with a reason', (name, wanted) => {
    const row = rows.get(name);
    const installed = jsonOf<Manifest>(`node_modules/${name}/package.json`);
    expect(installed.version).toBe(wanted);
    expect(row).toMatchObject({ version: installed.version, licence: licenceOf(installed) });
    expect(row?.reason?.length).toBeGreaterThan(4);
  });

  it('lists nothing that is not a dependency', () => {
    expect([...rows.keys()].sort()).toEqual(direct.map(([name]) => name).sort());
  });

  it('tells what runs from what only builds', () => {
    const page = textOf('docs/dependencies.md');
    const build = page.indexOf('## Needed to build and test');
    const inBuildPart = (name: string) => page.indexOf(`| \`${name}\` |`) > build;
    expect(Object.keys(dependencies).filter(inBuildPart)).toEqual([]);
    expect(Object.keys(devDependencies).filter((name) => !inBuildPart(name))).toEqual([]);
  });
});

describe('what is delivered with Tegata', () => {
  const script = join(workspace, 'docker/production-packages.mjs');
  const delivered = JSON.parse(
    execFileSync(process.execPath, [script, 'list'], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 }),
  ) as ProductionPackage[];

  it('contains every dependency of the root package', () => {
    expect(delivered.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(dependencies)));
    expect(delivered.length).toBeGreaterThan(100);
  });

  it('is under licences that allow it', () => {
    const refused = delivered.filter(({ name, license }) => !isDeliverable(name, license));
    expect(refused).toEqual([]);
  });

  it('names the same licence and version in the lock file and in the package', () => {
    for (const { path, version, license } of delivered.filter((each) => exists(each.path))) {
      const installed = jsonOf<Manifest>(`${path}/package.json`);
      expect({ path, version: installed.version, license: licenceOf(installed) }).toEqual({ path, version, license });
    }
  });

  it('lacks nothing that is not optional', () => {
    expect(delivered.filter(({ path, optional }) => !optional && !exists(path))).toEqual([]);
  });
});

describe('a licence', () => {
  it.each([
    ['MIT', true],
    ['(Apache-2.0 AND BSD-3-Clause)', true],
    ['(BSD-3-Clause OR GPL-2.0)', true],
    ['GPL-3.0-only', false],
    ['AGPL-3.0-or-later', false],
    ['SSPL-1.0', false],
    ['MIT AND GPL-2.0', false],
    ['LGPL-3.0-or-later', false],
    ['SEE LICENSE IN LICENSE.txt', false],
    ['UNLICENSED', false],
    [undefined, false],
  ])('%s is accepted: %s', (expression, verdict) => {
    expect(isDeliverable('some-package', expression)).toBe(verdict);
  });

  it('LGPL is accepted of libvips alone', () => {
    expect(isDeliverable('@img/sharp-libvips-linux-x64', 'LGPL-3.0-or-later')).toBe(true);
    expect(isDeliverable('@img/sharp-libvips-linux-x64', 'GPL-3.0-or-later')).toBe(false);
    expect(isDeliverable('@img/another', 'LGPL-3.0-or-later')).toBe(false);
  });
});
