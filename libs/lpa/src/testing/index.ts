/** Servers and eUICCs that an LPA can be tested with. */
export * from './fake-euicc.ts';
export * from './fake-smdp.ts';
export * from './rsp-smdp.ts';
