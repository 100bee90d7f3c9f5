export { checkBoundaries, type Outcome, type Violation } from './check.ts';
export { type Import, importsOf } from './imports.ts';
export { packageNameOf } from './rules.ts';
export { MAY_IMPORT, type Scope } from './scopes.ts';
