export {
  type ChallengeBinding,
  challengeOctets,
  chipChallenge,
} from './active-authentication/active-authentication.ts';
export * from './chip-access/index.ts';
export { readCardAccess } from './chip-access/security-infos.ts';
export { EmrtdRefusal, type EmrtdRefusalCode } from './emrtd-refusal.ts';
export { type ChipMrz, type FacialImage, readDataGroup1, readDataGroup2 } from './lds/index.ts';
export {
  type CheckedField,
  checkDigit,
  cutOffNames,
  type Day,
  dayAt,
  type Mrz,
  MrzError,
  type MrzErrorCode,
  type MrzFormat,
  mrzName,
  namesAgree,
  parseMrz,
} from './mrz/index.ts';
export { type CscaSettings, CscaTrust } from './passive-authentication/csca-trust.ts';
export { digestsIn } from './passive-authentication/passive-authentication.ts';
export { refusalSentences } from './refusal-sentences.ts';
export {
  type ChipAnswer,
  type ChipFiles,
  type CloneDetection,
  requireAnswer,
  type VerifiedChip,
  verifyChip,
} from './verify-chip.ts';
