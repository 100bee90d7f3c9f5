export * from './es11-session.ts';
export * from './https-server.ts';
export * from './raw-client.ts';
