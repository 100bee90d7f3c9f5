export { differenceOf } from './migrations/difference.ts';
export { newMigration } from './migrations/new-migration.ts';
export { ENGINE, offlineEnvironment, type PrismaOutcome, prisma } from './prisma-cli.ts';
