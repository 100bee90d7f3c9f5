export type { AgreementKey } from './chip-agreement.ts';
export { type AnswerDigest, answerChallenge, type ChipKey } from './chip-answer.ts';
export type { OfferedPace } from './chip-files.ts';
export { EmulatedPassport, type EmulatedPassportOptions } from './emulated-passport.ts';
