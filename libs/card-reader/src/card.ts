/** A card in a reader. */
export interface Card {
  /** octets of the longest command it takes; absent: 261, of short lengths */
  readonly longestCommand?: number;
  /** Answers a command APDU of 4 octets to the longest with data and status word. */
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

/** Whether the octets can be a command APDU, with short lengths unless a card takes longer ones. */
export function isCommandLength({ length }: Uint8Array, longest: number = LONGEST_COMMAND): boolean {
  return length >= SHORTEST_COMMAND && length <= longest;
}
