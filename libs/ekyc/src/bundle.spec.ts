import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, type Plugin } from 'esbuild';
import { workerLocation } from './worker-location.ts';

const run = promisify(execFile);

/** As the build has it: what is no file and no package of this workspace stays outside. */
const thirdPartyOutside: Plugin = {
  name: 'third-party-outside',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@tegata/') ? undefined : { path, external: true },
    );
  },
};

describe('where the worker is', () => {
  it('is a file of the sources, when run from them', () => {
    expect(workerLocation('file:///w/libs/ekyc/src/engine.ts')).toBe('/w/libs/ekyc/src/worker-from-source.mjs');
  });

  it('is worker.js beside the program, when bundled into it', () => {
    expect(workerLocation('file:///w/apps/authentication/dist/main.js')).toBe('/w/apps/authentication/dist/worker.js');
  });
});

describe('a bundled program', () => {
  // inside the workspace, so that the packages left out of the bundle are found
  const folder = fileURLToPath(new URL('../dist/bundle-spec', import.meta.url));
  const source = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('judges and reads with bundled workers', async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      `${folder}/main.ts`,
      `import { DocumentReader, EkycEngine } from ${JSON.stringify(source('index.ts'))};
       const engine = await EkycEngine.start();
       const { reasons } = await engine.checkDocument(Buffer.from('no picture'));
       console.log(reasons.map(({ code }) => code).join());
       await engine.close();
       const reader = await DocumentReader.start();
       await reader.read(Buffer.from('no picture')).catch(({ code }) => console.log(code));
       await reader.close();`,
    );
    await build({
      entryPoints: {
        main: `${folder}/main.ts`,
        worker: source('worker.ts'),
        'document-worker': source('document/document-worker.ts'),
      },
      outdir: folder,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      plugins: [thirdPartyOutside],
      logLevel: 'error',
    });
    const { stdout } = await run(process.execPath, [`${folder}/main.js`]);
    expect(stdout.trim().split('\n')).toEqual(['DOCUMENT_FORMAT_NOT_ACCEPTED', 'EKYC_INPUT_INVALID']);
  });
});
