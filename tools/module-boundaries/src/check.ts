import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importsOf } from './imports.ts';
import { brokenRule } from './rules.ts';
import { sourceFilesIn } from './source-files.ts';
import { readWorkspace } from './workspace.ts';

/** An import that is not allowed. */
export interface Violation {
  /** Path from the root of the workspace. */
  readonly file: string;
  readonly line: number;
  readonly specifier: string;
  /** The rule it breaks, and what to do instead. */
  readonly rule: string;
}

export interface Outcome {
  readonly violations: readonly Violation[];
  /** How much was looked at, so that "no violation" cannot mean "no file". */
  readonly files: number;
  readonly imports: number;
}

/** Check every import of every package below a root. */
export function checkBoundaries(root: string): Outcome {
  const workspace = readWorkspace(root);
  const violations: Violation[] = [];
  let files = 0;
  let imports = 0;
  for (const of of workspace.packages) {
    for (const path of sourceFilesIn(join(root, of.folder))) {
      const file = `${of.folder}/${path}`;
      files++;
      for (const imported of importsOf(readFileSync(join(root, file), 'utf8'))) {
        imports++;
        const rule = brokenRule(imported, { of, path }, workspace);
        if (rule !== undefined) violations.push({ file, line: imported.line, specifier: imported.specifier, rule });
      }
    }
  }
  return { violations, files, imports };
}
