export * from './rsp-connection.ts';
export type { TlsTrust } from './tls-settings.ts';
