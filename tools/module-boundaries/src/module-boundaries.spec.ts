import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { checkBoundaries } from './check.ts';
import { importsOf } from './imports.ts';
import { MAY_IMPORT } from './scopes.ts';

const workspace = fileURLToPath(new URL('../../..', import.meta.url));

describe('module boundaries', () => {
  let root: string;

  const write = (path: string, content: string | object) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
  };
  const addPackage = (folder: string, scope: string, exports: object = { '.': './src/index.ts' }) => {
    write(`${folder}/package.json`, { name: `@t/${folder.split('/')[1]}`, exports });
    write(`${folder}/project.json`, { tags: [`scope:${scope}`] });
    write(`${folder}/src/index.ts`, 'export {};\n');
  };
  /** What is said about one file with this content. */
  const rulesBrokenBy = (file: string, content: string) => {
    write(file, content);
    const { violations } = checkBoundaries(root);
    rmSync(join(root, file));
    return violations.map(({ rule, ...where }) => {
      expect(where.file).toBe(file);
      return rule;
    });
  };

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'module-boundaries-spec-'));
    write('package.json', { dependencies: { pino: '1' }, devDependencies: { '@swc/core': '1', tsx: '1' } });
    addPackage('libs/der', 'shared', { '.': './src/index.ts', './testing': './t.ts', './gen-*': './src/gen/*.ts' });
    addPackage('libs/database', 'server');
    addPackage('libs/lpa', 'device');
    addPackage('apps/management', 'server');
    addPackage('apps/relay', 'server');
    addPackage('apps/terminal', 'device');
    addPackage('apps/admin', 'operator');
    addPackage('tools/network', 'tool');
  });

  afterAll(() => rmSync(root, { recursive: true }));

  it.each([
    ['libs/der', 'database', /^shared code imports shared libraries; @t\/database is server code$/],
    ['libs/lpa', 'database', /device code imports shared and device libraries/],
    ['libs/database', 'lpa', /server code/],
    ['apps/terminal', 'management', /device code/],
    ['apps/admin', 'database', /operator code imports shared libraries/],
    ['apps/admin', 'lpa', /operator code/],
    ['apps/management', 'network', /@t\/network is tool code/],
    ['apps/management', 'relay', /^only tools import programs; @t\/relay is one/],
    ['libs/lpa', 'terminal', /only tools import programs/],
  ])('keep %s from @t/%s, types included, and tests too', (from, to, rule) => {
    for (const statement of [`import { a } from '@t/${to}';`, `import type { A } from '@t/${to}';`]) {
      expect(rulesBrokenBy(`${from}/src/a.ts`, statement)).toEqual([expect.stringMatching(rule)]);
      expect(rulesBrokenBy(`${from}/src/a.spec.ts`, statement)).toHaveLength(1);
    }
  });

  it.each([
    ['apps/management', 'der'],
    ['apps/management', 'database'],
    ['apps/terminal', 'lpa'],
    ['libs/lpa', 'der'],
    ['apps/admin', 'der'],
    ['tools/network', 'management'],
    ['tools/network', 'terminal'],
    ['libs/der', 'der'],
  ])('let %s import @t/%s', (from, to) => {
    expect(rulesBrokenBy(`${from}/src/a.ts`, `export * from '@t/${to}';`)).toEqual([]);
  });

  it('end relative imports at the package', () => {
    const rule = /relative import ends at the package: import what @t\/der exports/;
    for (const path of ['../../../libs/der/src/index.ts', './../../../libs/der']) {
      expect(rulesBrokenBy('apps/relay/src/a.ts', `import '${path}';`)).toEqual([expect.stringMatching(rule)]);
    }
    expect(rulesBrokenBy('apps/relay/src/a.ts', `import x from '../../../package.json';`)).toEqual([]);
    expect(rulesBrokenBy('apps/relay/src/es11/a.ts', `import { b } from '../directory.ts';`)).toEqual([]);
  });

  it('open only what a package exports', () => {
    const broken = (entry: string) => rulesBrokenBy('apps/relay/src/a.ts', `import '@t/der${entry}';`);
    expect(broken('/src/reader.ts')).toEqual([expect.stringMatching(/^@t\/der does not export this: .*\.\/testing/)]);
    expect(broken('/gen-')).toHaveLength(1);
    for (const entry of ['', '/testing', '/gen-es9plus']) expect(broken(entry)).toEqual([]);
  });

  it('know every third-party package, and which are there in production', () => {
    const broken = (file: string, statement: string) => rulesBrokenBy(file, statement);
    expect(broken('libs/der/src/a.ts', `import 'unheard-of/path';`)).toEqual([
      'unheard-of is not in the root package.json',
    ]);
    expect(broken('libs/der/src/a.ts', `import '@swc/core/sub';`)).toEqual([
      expect.stringMatching(/^@swc\/core is among/),
    ]);
    for (const file of [
      'libs/der/src/a.spec.ts',
      'libs/der/src/testing/a.ts',
      'tools/network/src/a.ts',
      'libs/der/a.ts',
    ]) {
      expect(broken(file, `import '@swc/core';`)).toEqual([]);
      expect(broken(file, `import 'unheard-of';`)).toHaveLength(1);
    }
    expect(broken('libs/der/src/a.ts', `import type { A } from 'tsx'; import 'pino'; import 'node:fs';`)).toEqual([]);
    expect(broken('libs/der/src/a.ts', `import 'file:///etc/a.ts';`)).toHaveLength(1);
  });

  it('say where: file, line and import', () => {
    write('libs/der/src/a.ts', `import 'pino';\n\nconst a = await import('@t/lpa');\n`);
    const { violations } = checkBoundaries(root);
    expect(violations).toMatchObject([{ file: 'libs/der/src/a.ts', line: 3, specifier: '@t/lpa' }]);
    rmSync(join(root, 'libs/der/src/a.ts'));
  });

  it('pass over what is generated, built or installed', () => {
    for (const folder of ['src/gen', 'src/generated', 'dist', 'node_modules/x', '.cache']) {
      expect(rulesBrokenBy(`libs/der/${folder}/a.ts`, `import '@t/lpa';`)).toEqual([]);
    }
  });

  it('need a scope of every package', () => {
    addPackage('libs/loose', 'nowhere');
    expect(() => checkBoundaries(root)).toThrow('libs/loose/project.json needs exactly one tag');
    rmSync(join(root, 'libs/loose'), { recursive: true });
  });
});

it('finds every way to name a module', () => {
  const names = importsOf(`
    import a, { type B } from 'one';
    import { type C, type D } from 'two';
    import type E from 'three';
    export { f } from 'four';
    export * as g from 'five';
    export type { H } from 'six';
    type I = import('seven').I;
    type J = typeof import('eight');
    const k = await import('nine'), l = require('ten'), m = require.resolve('eleven');
    const n = createRequire(import.meta.url).resolve('twelve'), o = import.meta.resolve('thirteen');
    import p = require('fourteen');
    const q = path.resolve('none'), r = "import 's'"; // import 't'
    import 'three';
  `);
  const typeOnly = names.filter((one) => one.typeOnly).map(({ specifier }) => specifier);
  expect(typeOnly).toEqual(['two', 'six', 'seven', 'eight']);
  const others = names.filter((one) => !one.typeOnly).map(({ specifier }) => specifier);
  expect(others).toEqual(['one', 'three', 'four', 'five', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen']);
});

it('gives nx the edges between projects', async () => {
  const root = mkdtempSync(join(tmpdir(), 'nx-plugin-spec-'));
  for (const [folder, source] of Object.entries({
    'libs/der': 'export {};',
    'apps/relay': `import type { A } from '@t/der'; import 'pino'; import './b.ts'; export * from '@t/relay';`,
  })) {
    mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, folder, 'package.json'), JSON.stringify({ name: `@t/${folder.split('/')[1]}` }));
    writeFileSync(join(root, folder, 'a.ts'), source);
  }
  const projectFileMap = {
    der: [{ file: 'libs/der/a.ts' }],
    relay: [{ file: 'apps/relay/a.ts' }, { file: 'apps/relay/package.json' }, { file: 'apps/relay/gone.ts' }],
  };
  const projects = { der: { root: 'libs/der' }, relay: { root: 'apps/relay' } };
  const context = { projects, filesToProcess: { projectFileMap }, workspaceRoot: root };
  // Nx loads the plugin as a plain program does.
  const program = `const { createDependencies } = await import(process.argv[1]);
    console.log(JSON.stringify(await createDependencies({}, ${JSON.stringify(context)})));`;
  const plugin = new URL('../nx-plugin.mjs', import.meta.url).href;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, plugin]);
  const edge = { source: 'relay', target: 'der', sourceFile: 'apps/relay/a.ts', type: 'static' };
  expect(JSON.parse(stdout)).toEqual([edge]);
  rmSync(root, { recursive: true });
});

it('is kept by this repository', () => {
  const { violations, files } = checkBoundaries(workspace);
  expect(violations).toEqual([]);
  expect(files).toBeGreaterThan(50);
});

it('is the table of docs/architecture.md', () => {
  const text = readFileSync(join(workspace, 'docs', 'architecture.md'), 'utf8');
  const rows = [...text.matchAll(/^\| (\w+) \| ([^|]+) \|$/gm)].filter(([, scope]) => scope !== 'scope');
  const documented = rows.map(([, scope, may = '']) => {
    const scopes =
      may.trim() === 'everything'
        ? Object.keys(MAY_IMPORT)
        : may
            .replace(/ libraries/g, '')
            .trim()
            .split(', ');
    return [scope, scopes];
  });
  expect(Object.fromEntries(documented)).toEqual(MAY_IMPORT);
});
