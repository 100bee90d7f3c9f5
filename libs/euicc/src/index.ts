export {
  DEFAULT_MEMORY_OCTETS,
  DEFAULT_RULES,
  type EuiccKeyMaterial,
  type EuiccMaterial,
  type ProfilePolicyAuthorisationRule,
} from './ecasd/euicc-material.ts';
export type { Es10a } from './es10/es10a.ts';
export type { Es10b, PackagePieces } from './es10/es10b.ts';
export type { Es10c } from './es10/es10c.ts';
export { type Apdu, Euicc, type EuiccOptions } from './euicc.ts';
export { EuiccError, type EuiccErrorCode } from './euicc-error.ts';
export { es10aService, es10bService, es10cService } from './grpc/es10-services.ts';
export { answering, euiccRefusal } from './grpc/euicc-refusal.ts';
export { euiccServices } from './grpc/euicc-services.ts';
export type { ConfiguredAddresses } from './isd-r/configured-addresses.ts';
export type { ResetOption } from './isd-r/euicc-memory-reset.ts';
export { DEFAULT_PROFILE_INFO_TAGS, type ProfileInfoQuery } from './isd-r/get-profiles-info.ts';
export type { InstalledApplication } from './isd-r/installed-applications.ts';
export type { NotificationCriteria } from './isd-r/retrieve-notifications-list.ts';
export type { UpdateMetadataResult } from './isd-r/update-metadata.ts';
export type { CertificateStoreFunctions, LocalAuthenticationFunctions } from './local-authentication/in-turns.ts';
export type { AssertedAttempt, AssertionBinding } from './local-authentication/local-authentication.ts';
export { type Comparison, PASSWORD_TRIES, RESET_CODE_TRIES } from './local-authentication/registered-password.ts';
export { type HashCost, STANDARD_HASH_COST } from './local-authentication/secret-hash.ts';
export { MemoryError, type MemoryErrorCode } from './memory/memory-error.ts';
export { type MemoryFile, type MemoryFolder, openMemoryFolder } from './memory/memory-folder.ts';
export type { Processes, ProcessIdentity } from './memory/memory-lock.ts';
