/** The HTTPS/JSON binding of SGP.22 section 6: its functions as data, a server and a client of them. */
export * from './binding/index.ts';
export * from './client/index.ts';
export * from './server/index.ts';
