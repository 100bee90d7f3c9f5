import type { CardTransport } from '../apdu.ts';

export const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex').toUpperCase();
export const octetsOf = (digits: string): Uint8Array => new Uint8Array(Buffer.from(digits, 'hex'));

/** A card that knows one conversation, and says where another departs from it. */
export function scripted(exchanges: readonly (readonly [command: string, response: string])[]): CardTransport {
  const left = [...exchanges];
  return {
    async transmit(command) {
      const [expected, response] = left.shift() ?? ['nothing more', ''];
      if (hex(command) !== expected) throw new Error(`${hex(command)} was sent where ${expected} was expected`);
      return octetsOf(response);
    },
  };
}

/** "Random" octets as somebody once drew them. */
export function recorded(drawn: readonly string[]): (octets: number) => Uint8Array {
  const left = [...drawn];
  return (octets) => {
    const next = octetsOf(left.shift() ?? '');
    if (next.length > octets) throw new Error('fewer octets were asked for than were drawn');
    return Buffer.concat([Buffer.alloc(octets - next.length), next]);
  };
}
