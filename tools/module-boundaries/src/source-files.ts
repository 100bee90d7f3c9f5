import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const SOURCE = /\.([cm]?[jt]s|[jt]sx)$/;
/** Installed, built or generated. */
const NOT_OURS = new Set(['node_modules', 'dist', 'gen', 'generated']);

/** Paths of the source files below a folder, relative to it, with forward slashes. */
export function sourceFilesIn(folder: string): string[] {
  return walk(folder, '').sort();
}

/** Whether a path, with forward slashes, is that of a source file which a person writes. */
export function isSourceFile(path: string): boolean {
  return SOURCE.test(path) && !path.split('/').some((name) => NOT_OURS.has(name) || name.startsWith('.'));
}

function walk(root: string, below: string): string[] {
  return readdirSync(join(root, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) || entry.name.startsWith('.') ? [] : walk(root, path);
    return entry.isFile() && isSourceFile(path) ? [path] : [];
  });
}
