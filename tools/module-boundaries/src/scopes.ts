/** Where code runs, as `project.json` of each package has it in its tag `scope:…`. */
export type Scope = 'shared' | 'server' | 'device' | 'operator' | 'tool';

/**
 * Whose libraries code of a scope may import: the table in docs/architecture.md. Tools also import apps; nobody else
 * does, because apps meet in the contracts.
 */
export const MAY_IMPORT: Readonly<Record<Scope, readonly Scope[]>> = {
  shared: ['shared'],
  server: ['shared', 'server'],
  device: ['shared', 'device'],
  operator: ['shared'],
  tool: ['shared', 'server', 'device', 'operator', 'tool'],
};

export function isScope(word: string): word is Scope {
  return Object.hasOwn(MAY_IMPORT, word);
}
