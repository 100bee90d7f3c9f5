import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Output } from './output.ts';

/** Whether and how a browser is opened. */
export interface OpenOptions {
  readonly open: boolean;
  readonly platform?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** where a private folder is made for the file that is opened */
  readonly folder?: string;
}

/**
 * Tells where the capture page is, also with `--json`: on standard error, as nothing goes on without a person who opens it. Where somebody sits
 * before a screen, their browser is opened, unless they said `--no-open`.
 */
export function offerPage(
  output: Output,
  link: string,
  { open, platform = process.platform, env = process.env, folder = tmpdir() }: OpenOptions,
): void {
  output.warning(`Open this page in a browser on this machine: ${link}`);
  const opener = open && output.lively ? openerOf(platform, env) : undefined;
  if (opener !== undefined) openWith(opener, link, { env, folder });
}

/** The program that opens a file as a person would; undefined where there is no screen. */
export function openerOf(platform: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (platform === 'darwin') return 'open';
  return platform === 'linux' && (env.DISPLAY || env.WAYLAND_DISPLAY) ? 'xdg-open' : undefined;
}

/** The link is a secret, and arguments of programs are seen by every user: a private file leads to it. */
function openWith(opener: string, link: string, { env, folder }: Required<Pick<OpenOptions, 'env' | 'folder'>>): void {
  const own = mkdtempSync(join(folder, 'tegata-page-'));
  const file = join(own, 'capture.html');
  writeFileSync(file, leadingTo(link), { mode: 0o600 });
  process.once('exit', () => rmSync(own, { recursive: true, force: true }));
  const child = spawn(opener, [file], { stdio: 'ignore', detached: true, env });
  // The link was told: who has no browser to be opened opens one by hand.
  child.on('error', () => undefined);
  child.unref();
}

/** A page that goes on to a link of this machine's own making: letters, digits and `:/.#-_` only. */
export function leadingTo(link: string): string {
  if (!/^http:\/\/127\.0\.0\.1:\d+\/#[\w-]+$/.test(link)) throw new Error('the link is none of the capture page');
  return `<!doctype html><meta charset="utf-8"><title>Tegata</title><meta http-equiv="refresh" content="0;url=${link}"><a href="${link}">Tegata</a>\n`;
}
