export * from './issue-chip.ts';
