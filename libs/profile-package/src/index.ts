export * from './authentication-configuration.ts';
export * from './build/build-profile-package.ts';
export * from './build/personalise-profile-package.ts';
export {
  type SecurityDomainKey,
  type SecurityDomainKeySlot,
  securityDomainKeySlots,
} from './build/security-domain-keys.ts';
export * from './build/subscription-profile.ts';
export * from './elements/application.ts';
export * from './elements/authentication.ts';
export * from './elements/codes.ts';
export * from './elements/file.ts';
export * from './elements/file-elements.ts';
export * from './elements/profile-element.ts';
export * from './elements/profile-header.ts';
export * from './euicc-response.ts';
export * from './file-system/build-file-system.ts';
export * from './file-system/file-node.ts';
export * from './file-system/file-system.ts';
export type { Pin, Puk } from './installed-codes.ts';
export * from './installed-profile.ts';
export * from './package-rules.ts';
export * from './profile-package-error.ts';
export * from './profile-package-reader.ts';
export * from './requirements.ts';
export * from './subscription/application-template.ts';
export * from './subscription/dialling-numbers.ts';
export * from './subscription/iccid.ts';
export * from './subscription/ims-identities.ts';
export * from './subscription/imsi.ts';
export * from './subscription/names.ts';
export * from './subscription/networks.ts';
export * from './subscription/usim-services.ts';
export * from './subscription/verification-codes.ts';
export * from './templates/access-rules.ts';
export * from './templates/index.ts';
