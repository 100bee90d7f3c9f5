export * from './raw-client.ts';
