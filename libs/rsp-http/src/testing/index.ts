export * from './https-server.ts';
export * from './raw-client.ts';
