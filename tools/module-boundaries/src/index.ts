export { checkBoundaries, type Outcome, type Violation } from './check.ts';
export { MAY_IMPORT, type Scope } from './scopes.ts';
