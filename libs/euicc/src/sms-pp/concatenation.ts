import { type InformationElement, type ShortMessage, ShortMessageError } from './short-message.ts';

/** Concatenated short messages, with a reference of 8 and of 16 bits (3GPP TS 23.040 sections 9.2.3.24.1 and 9.2.3.24.8). */
const REFERENCE_8 = 0x00;
const REFERENCE_16 = 0x08;

interface Part {
  /** tells the whole message from others */
  readonly whole: string;
  readonly parts: number;
  /** from 1 on */
  readonly number: number;
}

/** Puts concatenated messages together. One is under way at a time: a part of another one begins anew. */
export class Concatenation {
  private whole = '';
  private readonly received = new Map<number, ShortMessage>();

  /** Forgets what is under way. */
  reset(): void {
    this.whole = '';
    this.received.clear();
  }

  /**
   * The message when it is whole: elements of its first part, data of all of them. Undefined while parts are missing, in whatever order they come.
   *
   * @throws ShortMessageError for a part that there can't be
   */
  add(message: ShortMessage): ShortMessage | undefined {
    const part = partOf(message);
    if (part === undefined) return message;
    if (part.whole !== this.whole) this.reset();
    this.whole = part.whole;
    this.received.set(part.number, message);
    if (this.received.size < part.parts) return undefined;
    const messages = [...this.received].sort(([a], [b]) => a - b).map(([, received]) => received);
    this.reset();
    return { ...(messages[0] ?? message), data: Buffer.concat(messages.map(({ data }) => data)) };
  }
}

function partOf({ originator, elements }: ShortMessage): Part | undefined {
  const element = elements.find(({ identifier }) => identifier === REFERENCE_8 || identifier === REFERENCE_16);
  if (element === undefined) return undefined;
  const octets = Buffer.from(element.data);
  if (octets.length !== (element.identifier === REFERENCE_8 ? 3 : 4)) throw new ShortMessageError('no concatenation');
  const [parts = 0, number = 0] = octets.subarray(-2);
  if (number === 0 || number > parts) throw new ShortMessageError('there is no such part');
  const reference = octets.toString('hex', 0, octets.length - 1);
  return { whole: `${Buffer.from(originator).toString('hex')}/${element.identifier}/${reference}`, parts, number };
}

/** The element that makes a message a part of a concatenated one. @param reference 0..255 */
export function concatenationElement(reference: number, parts: number, number: number): InformationElement {
  return { identifier: REFERENCE_8, data: Uint8Array.of(reference, parts, number) };
}
