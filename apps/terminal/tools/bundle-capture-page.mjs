// Bundles the capture page into one module of the terminal: node apps/terminal/tools/bundle-capture-page.mjs apps/terminal/src/gen/capture-page.ts
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const [output] = process.argv.slice(2);
const page = fileURLToPath(new URL('../src/capture/page', import.meta.url));
const { outputFiles } = await build({
  entryPoints: [join(page, 'main.ts'), join(page, 'style.css')],
  outdir: '/',
  bundle: true,
  write: false,
  minify: true,
  platform: 'browser',
  format: 'esm',
  target: ['chrome111', 'firefox132', 'safari17'],
  legalComments: 'none',
  logLevel: 'warning',
});
const text = (ending) => outputFiles.find(({ path }) => path.endsWith(ending)).text;
const parts = { html: readFileSync(join(page, 'index.html'), 'utf8'), script: text('.js'), style: text('.css') };
mkdirSync(dirname(output), { recursive: true });
writeFileSync(
  output,
  `// Made from src/capture/page by the generate target.\nexport const capturePage = ${JSON.stringify(parts, undefined, 2)} as const;\n`,
);
