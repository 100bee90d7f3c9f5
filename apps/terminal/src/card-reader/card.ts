/** A card in a reader: the eUICC of the terminal. */
export interface Card {
  /** Answers a command APDU of 4 to 261 octets with data and status word. */
  transmit(command: Uint8Array): Promise<Uint8Array>;
  /** Resets the card and answers the ATR. */
  reset(): Promise<Uint8Array>;
}

/** Octets of the shortest and of the longest command APDU with short lengths. */
export const SHORTEST_COMMAND = 4;
export const LONGEST_COMMAND = 261;
/** Status words that a reader gives for what it can't hand to the card. */
export const WRONG_LENGTH: Uint8Array = Uint8Array.of(0x67, 0x00);
export const NO_DIAGNOSIS: Uint8Array = Uint8Array.of(0x6f, 0x00);

/** Whether the octets can be a command APDU with short lengths; extended lengths are not offered. */
export function isCommandLength({ length }: Uint8Array): boolean {
  return length >= SHORTEST_COMMAND && length <= LONGEST_COMMAND;
}
