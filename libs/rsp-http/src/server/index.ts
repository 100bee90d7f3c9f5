export * from './configured-listener.ts';
export * from './limits.ts';
export * from './listener-settings.ts';
export * from './pinned-clients.ts';
export type { ListenerSocket } from './rsp-listener.ts';
export * from './rsp-server.ts';
export type { ServedInterface } from './served-functions.ts';
