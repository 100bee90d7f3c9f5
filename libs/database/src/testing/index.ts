export { createTestDatabase, type TestDatabase } from './test-database.ts';
export { type Scan, WatchedPlans, watchable } from './watched-plans.ts';
