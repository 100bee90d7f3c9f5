import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { CardInReader } from '@tegata/card-reader';
import type { ServerAccess } from '@tegata/contracts/terminal-v1';
import { es10aService, es10bService, es10cService, euiccRefusal } from '@tegata/euicc';
import { es10aOverApdu, es10bOverApdu, es10cInReader, type IsdR, IsdRChannel } from '@tegata/lpa';
import { createLogger, createServer } from '@tegata/service-kit';
import { Turns } from '../daemon/turns.ts';
import { RspRoutes } from '../network/rsp-routes.ts';
import { TerminalNetwork } from '../network/terminal-network.ts';
import { lpaServiceOfCard } from '../services/lpa-of-card.ts';
import { terminalRefusal } from '../services/refusals.ts';
import { runtimeFolder } from '../state/state-directory.ts';
import { TerminalError } from '../terminal-error.ts';
import { type ReaderOptions, takeCard } from './take-card.ts';

/** How the eUICC of a card is served. */
export interface CardTerminalOptions extends ReaderOptions {
  /** How servers are reached, by their address; what it leaves open, the network file says. */
  readonly access: (address: string) => ServerAccess;
  /** Whether `access` says whose certificates are believed. */
  readonly accessHasRoots: boolean;
  readonly networkFile: string;
  readonly acceptTestCis: boolean;
}

/** Services of a card, until they are stopped. */
export interface CardTerminal {
  /** Path of the socket that they are called at. */
  readonly socket: string;
  /** Closes the socket, waits until sessions with servers have ended, and resets the card and lets it go. */
  stop(): Promise<void>;
}

/** Longest time of a call that brings no deadline. */
const defaultDeadlineMs = 120_000;

/**
 * Takes the card in a reader and serves Es10a, Es10b, Es10c and Lpa over its ISD-R, on a socket file of the user's own. Nobody
 * else has the card meanwhile. It needs neither state folder nor network file.
 *
 * Errors: those of PcscError, by their codes; ISD_R_NOT_FOUND for a card that is no eUICC; the signal's reason.
 */
export async function startCardTerminal(options: CardTerminalOptions): Promise<CardTerminal> {
  const runtime = runtimeFolder();
  const card = await takeCard(options);
  const network = new TerminalNetwork(options.networkFile, options.acceptTestCis);
  const routes = new RspRoutes(network, options.access);
  const folder = mkdtempSync(join(runtime, 'card-'));
  const letGo = async () => {
    routes.close();
    network.close();
    rmSync(folder, { recursive: true, force: true });
    await card.release();
  };
  try {
    const isdR = await ResettableIsdR.open(card);
    const euicc = {
      es10a: es10aOverApdu(isdR),
      es10b: es10bOverApdu(isdR),
      es10c: es10cInReader(isdR, () => isdR.reset()),
    };
    const loadNetwork = async () => {
      if (!options.accessHasRoots) await loadFor(network, await euicc.es10b.getEuiccInfo1());
    };
    const context = { euicc, network, routes, sessions: new Turns(), deliveries: new Turns(), loadNetwork };
    const socket = join(folder, 'card.sock');
    const server = createServer({
      name: 'card',
      logger: createLogger('card', { level: 'error', destination: process.stderr }),
      listeners: [{ address: `unix:${socket}`, security: { kind: 'local' } }],
      services: [es10aService(euicc), es10bService(euicc), es10cService(euicc), lpaServiceOfCard(context)],
      errorMappers: [terminalRefusal, euiccRefusal],
      defaultDeadlineMs,
    });
    await server.start();
    return {
      socket,
      stop: async () => {
        await server.stop();
        await Promise.all([context.sessions.idle(), context.deliveries.idle()]);
        await letGo();
      },
    };
  } catch (error) {
    await letGo();
    throw error;
  }
}

/** The ISD-R of a card, which is selected again when the card was reset. */
class ResettableIsdR implements IsdR {
  private constructor(
    private readonly card: CardInReader,
    private channel: IsdRChannel,
  ) {}

  static async open(card: CardInReader): Promise<ResettableIsdR> {
    return new ResettableIsdR(card, await openChannel(card));
  }

  execute(script: Uint8Array): Promise<Uint8Array> {
    return this.channel.execute(script);
  }

  async reset(): Promise<void> {
    await this.card.reset();
    this.channel = await openChannel(this.card);
  }
}

const openChannel = (card: CardInReader): Promise<IsdRChannel> =>
  IsdRChannel.open((command) => card.transmit(command), card.protocol);

/** A network file that is not there, or of other servers than the card's, says nothing about them. CI_CERTIFICATE_NEEDED. */
async function loadFor(network: TerminalNetwork, euiccInfo1: Uint8Array): Promise<void> {
  try {
    await network.load(euiccInfo1);
  } catch (cause) {
    const useless =
      cause instanceof TerminalError && (cause.code === 'NETWORK_FILE_NOT_FOUND' || cause.code === 'NETWORK_CHANGED');
    if (!useless) throw cause;
    const message = 'Nothing here says who issues the TLS certificates of the servers that this card trusts.';
    throw new TerminalError('precondition', 'CI_CERTIFICATE_NEEDED', message, { cause });
  }
}
