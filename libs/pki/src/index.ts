export * from './ensure-pki.ts';
export * from './euicc-manufacture.ts';
export * from './import-material.ts';
export * from './issue-server-certificate.ts';
export * from './key-file.ts';
export * from './key-generation.ts';
export * from './key-store.ts';
export * from './keys.ts';
export * from './list-material.ts';
export * from './pki-error.ts';
export {
  type CarrierPlan,
  type EntryPlan,
  entryPlans,
  type PkiPlan,
  serviceIdentity,
  trustDomain,
} from './pki-plan.ts';
export * from './received-material.ts';
export * from './role-keys.ts';
export * from './rsp-sets.ts';
export * from './tls-material.ts';
