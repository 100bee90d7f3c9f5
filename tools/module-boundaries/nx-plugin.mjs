// Tells nx which project imports which, by the same reading of the sources as the boundary check. Nx's own needs the
// programming interface of TypeScript 6, and without edges neither `^production` nor `^generate` means anything: a
// test would be taken from the cache although a library under it has changed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tsImport } from 'tsx/esm/api';

export const name = 'tegata-imports';

/** @type {import('nx/src/project-graph/plugins').CreateDependencies} */
export async function createDependencies(_options, { projects, filesToProcess, workspaceRoot }) {
  const { importedPackages } = await tsImport('./src/imported-packages.ts', import.meta.url);
  const projectOf = new Map(Object.entries(projects).map(([project, { root }]) => [packageName(root), project]));
  const dependencies = [];
  for (const [source, files] of Object.entries(filesToProcess.projectFileMap)) {
    for (const { file } of files) {
      for (const imported of importedPackages(workspaceRoot, file)) {
        const target = projectOf.get(imported);
        if (target !== undefined && target !== source)
          dependencies.push({ source, target, sourceFile: file, type: 'static' });
      }
    }
  }
  return dependencies;

  function packageName(root) {
    try {
      return JSON.parse(readFileSync(join(workspaceRoot, root, 'package.json'), 'utf8')).name;
    } catch {
      return undefined; // a project without a package has no name to be imported by
    }
  }
}
