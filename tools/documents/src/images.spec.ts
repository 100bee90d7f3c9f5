import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { importsOf, packageNameOf } from '@tegata/module-boundaries';
import { build } from 'esbuild';
import { copyOf, environmentOf, instructionsOf, lineage, readDockerfile } from './dockerfile.ts';
import { settingsOf } from './server-settings.ts';
import { exists, jsonOf, textOf, workspace } from './workspace.ts';

const stages = readDockerfile(textOf('docker/Dockerfile'));
/** Stages that are run, not only built upon. */
const images = stages
  .filter(({ instructions }) => instructions.some(({ name }) => name === 'CMD'))
  .map(({ name }) => name);
const ignored = textOf('.dockerignore')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

/** Whether .dockerignore keeps a path out of the build. */
const isIgnored = (path: string) =>
  ignored.some((pattern) =>
    new RegExp(
      `^${pattern
        .replaceAll('.', '\\.')
        .replaceAll('**/', '(?:.*/)?')
        .replaceAll(/(?<![.)])\*/g, '[^/]*')}(?:/|$)`,
    ).test(path),
  );

describe('docker/Dockerfile', () => {
  it('has one image for each program', () => {
    expect([...images].sort()).toEqual(['admin', 'authentication', 'management', 'relay', 'terminal']);
  });

  it('begins every stage with a pinned image or an earlier stage', () => {
    for (const [index, { from }] of stages.entries()) {
      const earlier = stages.slice(0, index).some(({ name }) => name === from);
      expect(earlier || /^node:24-[a-z]+-slim$/.test(from)).toBe(true);
    }
  });

  it.each(images)('runs %s as an ordinary user', (image) => {
    expect(instructionsOf(stages, image, 'USER').at(-1)?.text).toBe('node');
  });

  it('copies only what is there and is not kept out by .dockerignore', () => {
    const fromContext = stages
      .filter(({ name }) => name !== 'build')
      .flatMap(({ instructions }) => instructions.filter(({ name }) => name === 'COPY').map(copyOf))
      .filter(({ from }) => from === undefined)
      .flatMap(({ sources }) => sources);
    expect(fromContext.length).toBeGreaterThan(3);
    expect(fromContext.filter((path) => !exists(path) || isIgnored(path))).toEqual([]);
  });

  it('copies from the build stage what that stage makes', () => {
    const runs = instructionsOf(stages, 'build', 'RUN').map(({ text }) => text);
    const madeByRun = (path: string) => runs.some((run) => run.split(/\s+/).includes(path));
    for (const image of images) {
      for (const { from, sources } of instructionsOf(stages, image, 'COPY').map(copyOf)) {
        if (from === undefined) continue;
        expect(from).toBe('build');
        const [source = ''] = sources;
        const app = /^\/tegata\/(apps\/[a-z]+)\/dist$/.exec(source)?.[1];
        if (app) expect(buildCommandOf(app)).toContain('main=');
        else expect(madeByRun(source.replace(/\/node_modules$/, ''))).toBe(true);
      }
    }
  });

  it('leaves out of images only packages that the root depends on', () => {
    const { dependencies } = jsonOf<{ dependencies: Record<string, string> }>('package.json');
    const runs = instructionsOf(stages, 'build', 'RUN').map(({ text }) => text);
    const names = runs.flatMap((run) => [...leftOut(run).values()].flat());
    expect(names).toContain('sharp');
    expect(names.filter((name) => !(name in dependencies))).toEqual([]);
  });

  it.each(images)(
    'leaves out of %s nothing that its program imports',
    async (image) => {
      const runs = instructionsOf(stages, 'build', 'RUN').map(({ text }) => text);
      const sets = new Map(runs.flatMap((run) => [...leftOut(run)]));
      const copied = instructionsOf(stages, image, 'COPY').flatMap(
        ({ text }) => /\/packages\/[a-z-]+/.exec(text) ?? [],
      );
      expect(copied).toHaveLength(1);
      const imported = await packagesImportedBy(`apps/${image}`);
      expect(imported).toContain('@grpc/grpc-js');
      expect((sets.get(copied[0] ?? '') ?? []).filter((name) => imported.has(name))).toEqual([]);
    },
    60_000,
  );

  it.each(images)('starts files of %s that it has', (image) => {
    const copied = instructionsOf(stages, image, 'COPY').map(copyOf);
    const inImage = (path: string) =>
      copied.some(({ sources, target }) =>
        sources.some((source) => {
          const to = target.endsWith('/') ? `${target}${source.split('/').at(-1)}` : target;
          return path === to.replace(/^\.\//, '') || path.startsWith(`${to.replace(/^\.\//, '')}/`);
        }),
      );
    const started = ['ENTRYPOINT', 'CMD', 'HEALTHCHECK']
      .flatMap((name) => instructionsOf(stages, image, name).map(({ text }) => text))
      .flatMap((text) => text.match(/[\w./-]+\.m?js/g) ?? []);
    expect(started.filter((path) => !inImage(path))).toEqual([]);
    for (const path of started.filter((each) => each.includes('/dist/'))) expect(isEntryPoint(path)).toBe(true);
    const commands = instructionsOf(stages, image, 'ENTRYPOINT').flatMap(({ text }) => JSON.parse(text) as string[]);
    expect(commands.filter((command) => !inImage(`docker/bin/${command}`))).toEqual([]);
    for (const command of commands) expect(statSync(join(workspace, 'docker/bin', command)).mode & 0o111).toBe(0o111);
  });

  it.each(images.filter((image) => image !== 'admin'))('asks %s for its own health', (image) => {
    const [check] = instructionsOf(stages, image, 'HEALTHCHECK');
    expect(check?.text).toContain(`CMD ["node", "docker/health.mjs", "${image}"]`);
  });

  it.each(['management', 'authentication', 'relay'])(
    'sets only settings that %s has, none of them a secret',
    (image) => {
      const set = [...environmentOf(stages, image).keys()].filter((name) => name.startsWith('TEGATA_'));
      const { required, optional } = settingsOf(image);
      expect(set.filter((name) => ![...required, ...optional].includes(name))).toEqual([]);
      expect(set.filter((name) => /KEY|PASSWORD|SECRET|DATABASE/.test(name))).toEqual([]);
    },
  );

  it.each(['management', 'authentication', 'relay'])('exposes the listeners of %s', (image) => {
    const exposed = instructionsOf(stages, image, 'EXPOSE').flatMap(({ text }) => text.split(/\s+/));
    const listening = [...environmentOf(stages, image)]
      .filter(([name]) => name.endsWith('_LISTENER'))
      .map(([, address]) => address.split(':')[1]);
    expect(listening.sort()).toEqual(exposed.sort());
  });

  it('keeps keys, certificates, passwords and state out of the build', () => {
    const secret = [
      'docker/.env',
      '.env',
      'a.pem',
      'tools/x/key.pem',
      'vault.key',
      '.tegata/network.json',
      '.data/pg/x',
    ];
    expect(secret.filter((path) => !isIgnored(path))).toEqual([]);
    expect(isIgnored('docker/health.mjs')).toBe(false);
  });

  it('has images that begin with the runtime stage, not with the tools of the build', () => {
    for (const image of images) expect(lineage(stages, image).map(({ name }) => name)).not.toContain('build');
  });
});

/** Packages that each "copy" in a RUN leaves out, by the folder that it fills. */
function leftOut(run: string): Map<string, readonly string[]> {
  const copies = run.matchAll(/production-packages\.mjs copy (\S+)(?: --without ([^&]*))?/g);
  return new Map([...copies].map(([, folder = '', names = '']) => [folder, names.split(/\s+/).filter(Boolean)]));
}

/** Third-party packages that the files of a program's bundle name, also where they are loaded by `require`. */
async function packagesImportedBy(app: string): Promise<Set<string>> {
  const entries = buildCommandOf(app)
    .split(' ')
    .flatMap((word) => /^[a-z-]+=(.*)$/.exec(word)?.[1] ?? []);
  expect(entries.length).toBeGreaterThan(0);
  const { metafile } = await build({
    absWorkingDir: join(workspace, app),
    entryPoints: entries.map((entry) => (entry.startsWith('@') ? entry : `./${entry}`)),
    outdir: 'dist',
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    plugins: [
      {
        name: 'third-party-outside',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
            kind === 'entry-point' || path.startsWith('@tegata/') ? undefined : { path, external: true },
          ),
      },
    ],
  });
  const sources = Object.keys(metafile.inputs).map((path) => textOf(relative(workspace, join(workspace, app, path))));
  return new Set(
    sources
      .flatMap((source) => importsOf(source))
      .filter(({ specifier, typeOnly }) => !typeOnly && !/^[./]/.test(specifier))
      .map(({ specifier }) => packageNameOf(specifier)),
  );
}

/** The command that bundles a program: of its nx target, or else in the Dockerfile itself. */
function buildCommandOf(app: string): string {
  const { targets } = jsonOf<{ targets: Record<string, { options?: { command?: string } }> }>(`${app}/project.json`);
  const runs = instructionsOf(stages, 'build', 'RUN').flatMap(({ text }) => text.split(' && '));
  return targets.build?.options?.command ?? runs.find((run) => run.includes(`build-app.mjs ${app} `)) ?? '';
}

/** Whether a bundle's file is one that its build is told to make. */
function isEntryPoint(path: string): boolean {
  const [, app = '', entry] = /^(apps\/[a-z]+)\/dist\/([a-z]+)\.js$/.exec(path) ?? [];
  return buildCommandOf(app)
    .split(' ')
    .some((word) => word.startsWith(`${entry}=`));
}

describe('reading a Dockerfile', () => {
  it('joins lines and passes over comments', () => {
    const [stage] = readDockerfile('# x\nFROM a:1 AS b\nRUN one \\\n # between\n && two\n');
    expect(stage?.instructions).toEqual([{ name: 'RUN', text: 'one && two', line: 3 }]);
  });

  it.each([
    ['an unknown instruction', 'FROM a AS b\nCOPPY x y'],
    ['a stage without a name', 'FROM a'],
    ['an instruction before the first stage', 'RUN x'],
    ['a line that goes on after the end', 'FROM a AS b\nRUN x \\'],
  ])('refuses %s', (_, text) => {
    expect(() => readDockerfile(text)).toThrow(/^line \d+/);
  });
});
