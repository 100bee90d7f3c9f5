export {
  type CardChannel,
  type CardTransport,
  type CommandApdu,
  encodeCommand,
  encodeResponse,
  openChannel,
  parseCommand,
  parseResponse,
  type ResponseApdu,
} from './apdu.ts';
export { ChipAccessError, type ChipAccessErrorCode } from './chip-access-error.ts';
export type { ChipPassword } from './chip-password.ts';
export { type ChipReading, type ChipReadingOptions, challengeChip, readChip } from './read-chip.ts';
