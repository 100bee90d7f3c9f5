import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Card, isCommandLength, WRONG_LENGTH } from '../card.ts';
import { VPCD_CONTROL, VpcdMessages, vpcdMessage } from './vpcd-messages.ts';

/** Where vpcd listens. */
export interface VpcdAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * The card in one connection to vpcd, until vpcd or `signal` ends it. Commands are answered in the order in which they came.
 *
 * @param onInserted called when the connection stands: the reader has a card
 * @throws the error of the connection, ECONNREFUSED where nobody listens, or what the card threw
 */
export async function serveVpcd(
  { host, port }: VpcdAddress,
  card: Card,
  signal: AbortSignal,
  onInserted: () => void,
): Promise<void> {
  const socket = connect({ host, port, noDelay: true });
  const end = (): void => void socket.destroy();
  signal.addEventListener('abort', end, { once: true });
  try {
    // A socket that is destroyed while it connects tells nobody.
    await once(socket, 'connect', { signal });
    onInserted();
    await answer(socket, card);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', end);
    socket.destroy();
  }
}

async function answer(socket: Socket, card: Card): Promise<void> {
  const messages = new VpcdMessages();
  // What the card said when it was reset last: asking for the ATR must not reset it again.
  let atr: Uint8Array | undefined;
  for await (const octets of socket) {
    for (const content of messages.push(octets as Buffer)) {
      const [control] = content;
      if (content.length > 1 || control === undefined) {
        const response = isCommandLength(content, card.longestCommand) ? await card.transmit(content) : WRONG_LENGTH;
        socket.write(vpcdMessage(response));
        continue;
      }
      switch (control) {
        case VPCD_CONTROL.powerOff:
        case VPCD_CONTROL.powerOn:
        case VPCD_CONTROL.reset:
          atr = await card.reset();
          break;
        case VPCD_CONTROL.atr:
          atr ??= await card.reset();
          socket.write(vpcdMessage(atr));
          break;
        default:
          // A control message that a later vpcd may have. None so far but these wants an answer.
          break;
      }
    }
  }
}
