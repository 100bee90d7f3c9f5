import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { transform } from 'esbuild';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { Colour, Motion } from '../camera.ts';

/** What a person shows to the camera, JPEGs. */
export interface ShownToCamera {
  readonly document: Uint8Array;
  readonly captures: Readonly<Record<Motion | 'straight', readonly Uint8Array[]>>;
  readonly lit: Readonly<Record<Colour, Uint8Array>>;
  /** the document as it is held before the camera, where that is asked for */
  readonly documentLit?: ShownToCamera['lit'];
}

/** What of a browser is not there; undefined where tests can run in one. */
export function missingOfChromium(): string | undefined {
  const found = spawnSync('sh', ['-c', 'command -v chromium']).status === 0;
  return found ? undefined : 'chromium is not installed (Debian: chromium)';
}

/** Starts Debian's Chromium without a window. */
export function startChromium(args: readonly string[] = []): Promise<Browser> {
  const executablePath = spawnSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).stdout.trim();
  // Chromium refuses its sandbox to root; the pages that are opened are our own.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args: [...asRoot, ...args], timeout: 200_000 });
}

/** A page whose camera shows what it is told to. */
export async function pageWithCamera(
  browser: Browser,
  shown: ShownToCamera,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 800, height: 720 }, ...options });
  context.setDefaultTimeout(200_000);
  const page = await context.newPage();
  await page.addInitScript({ content: await inBrowser('fake-camera.ts') });
  await page.addInitScript({ content: `showToCamera(${JSON.stringify(encoded(shown))})` });
  return page;
}

/** Shows something else from now on. */
export async function showToCamera(page: Page, shown: ShownToCamera): Promise<void> {
  await page.evaluate(`showToCamera(${JSON.stringify(encoded(shown))})`);
}

/** A script of `testing/browser`, as a browser runs it. */
export async function inBrowser(name: string): Promise<string> {
  const source = await readFile(new URL(`./browser/${name}`, import.meta.url), 'utf8');
  const { code } = await transform(source, { loader: 'ts', target: 'chrome111', format: 'iife' });
  return code;
}

const rgb: Readonly<Record<Colour, string>> = {
  red: 'rgb(255, 0, 0)',
  green: 'rgb(0, 255, 0)',
  blue: 'rgb(0, 0, 255)',
  cyan: 'rgb(0, 255, 255)',
  magenta: 'rgb(255, 0, 255)',
  yellow: 'rgb(255, 255, 0)',
};

function encoded({ document, captures, lit, documentLit }: ShownToCamera) {
  const base64 = (jpeg: Uint8Array) => Buffer.from(jpeg).toString('base64');
  const { straight, left, right, up, down } = captures;
  const motions = Object.entries({ straight, left, right, up, down }).map(([name, jpegs]) => [name, jpegs.map(base64)]);
  const byColour = (pictures: ShownToCamera['lit']) =>
    Object.fromEntries(Object.entries(pictures).map(([colour, jpeg]) => [rgb[colour as Colour], base64(jpeg)]));
  return {
    ...{ document: base64(document), ...Object.fromEntries(motions) },
    ...{ lit: byColour(lit), documentLit: byColour(documentLit ?? lit) },
  };
}
