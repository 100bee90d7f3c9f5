export {
  type Card,
  isCommandLength,
  LONGEST_COMMAND,
  NO_DIAGNOSIS,
  SHORTEST_COMMAND,
  WRONG_LENGTH,
} from './card.ts';
export { PcscError, type PcscErrorCode } from './pcsc/pcsc-error.ts';
export { pcscdSocket } from './pcsc/pcscd-connection.ts';
export { type CardInReader, type PcscOptions, waitForCard } from './pcsc/wait-for-card.ts';
export { type ReaderOptions, stayInReader } from './vpcd/stay-in-reader.ts';
export { serveVpcd, type VpcdAddress } from './vpcd/vpcd-connection.ts';
export { vpcdMessage } from './vpcd/vpcd-messages.ts';
