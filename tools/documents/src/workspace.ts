import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the workspace. */
export const workspace = fileURLToPath(new URL('../../..', import.meta.url));

/** Text of a file of the workspace. */
export const textOf = (path: string): string => readFileSync(join(workspace, path), 'utf8');

/** A JSON file of the workspace; its shape is the caller's word. */
export const jsonOf = <Shape>(path: string): Shape => JSON.parse(textOf(path)) as Shape;

/** Whether a path of the workspace exists. */
export const exists = (path: string): boolean => existsSync(join(workspace, path));

/** README.md and every page below docs/, as paths of the workspace. */
export function documents(): readonly string[] {
  const pages = readdirSync(join(workspace, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`);
  return [...(exists('README.md') ? ['README.md'] : []), ...pages.sort()];
}
