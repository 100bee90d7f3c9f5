export * from './rsp-connection.ts';
export type { TlsRole, TlsTrust } from './tls-settings.ts';
