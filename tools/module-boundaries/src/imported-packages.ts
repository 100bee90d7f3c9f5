import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importsOf } from './imports.ts';
import { packageNameOf } from './rules.ts';
import { isSourceFile } from './source-files.ts';

/**
 * Names of the packages that a file imports, each once; none for a file that is no source, is gone, or cannot be read
 * as one, which is for the other checks to say.
 *
 * @param file path from the root, with forward slashes.
 */
export function importedPackages(root: string, file: string): string[] {
  if (!isSourceFile(file)) return [];
  try {
    const imports = importsOf(readFileSync(join(root, file), 'utf8'));
    const names = imports.filter(({ specifier }) => !/^[./]/.test(specifier)).map(({ specifier }) => specifier);
    return [...new Set(names.map(packageNameOf))];
  } catch {
    return [];
  }
}
