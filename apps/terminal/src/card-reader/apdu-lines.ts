import {
  type Card,
  isCommandLength,
  LONGEST_COMMAND,
  NO_DIAGNOSIS,
  SHORTEST_COMMAND,
  WRONG_LENGTH,
} from '@tegata/card-reader';

/** Where responses and complaints go, one line each. */
export interface LineWriters {
  readonly response: (line: string) => void;
  readonly complaint: (line: string) => void;
}

/** Longest line that is looked at: a command in digits with blanks between its octets. */
const MAXIMUM_LINE = 4 * LONGEST_COMMAND;

/**
 * A conversation with a card in hexadecimal digits: one command APDU a line, blanks allowed between octets, and one response a
 * line. `RESET` resets the card and is answered with the ATR. Lines that are empty or begin with `#` are passed over; any other
 * that is no command APDU is complained of and answered with the status word that a card would give, so that responses never get
 * out of step with commands.
 */
export async function exchangeLines(lines: AsyncIterable<string>, card: Card, write: LineWriters): Promise<void> {
  let number = 0;
  for await (const line of lines) {
    number += 1;
    const text = line.length > MAXIMUM_LINE ? line : line.replace(/\s/g, '');
    if (text === '' || text.startsWith('#')) continue;
    if (text.toUpperCase() === 'RESET') {
      write.response(hex(await card.reset()));
      continue;
    }
    const complain = (what: string): void => write.complaint(`line ${number}: ${what}`);
    if (line.length > MAXIMUM_LINE || !/^(?:[0-9a-f]{2})+$/i.test(text)) {
      complain('not a command APDU in hexadecimal digits, nor RESET; nothing was sent to the card');
      write.response(hex(NO_DIAGNOSIS));
      continue;
    }
    const command = Buffer.from(text, 'hex');
    if (!isCommandLength(command)) {
      complain(
        `${command.length} octets; a command APDU has ${SHORTEST_COMMAND} to ${LONGEST_COMMAND}; nothing was sent to the card`,
      );
      write.response(hex(WRONG_LENGTH));
      continue;
    }
    write.response(hex(await card.transmit(command)));
  }
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex').toUpperCase();
}
