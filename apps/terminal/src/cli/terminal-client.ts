import { connect as openSocket } from 'node:net';
import { ApplicationsService, CertificateStoreService, LocalAuthenticationService } from '@tegata/contracts/euicc-v1';
import { ApduService, Es10aService, Es10bService, Es10cService } from '@tegata/contracts/gsma-rsp-v2';
import { ContractsService, LocalUserService, LpaService } from '@tegata/contracts/terminal-v1';
import { type Client, type Connection, connect } from '@tegata/service-kit';
import { publishedSocket, stateDirectoryAt } from '../state/state-directory.ts';
import type { CardOptions } from './command-context.ts';
import { accessFrom } from './server-access.ts';
import type { Settings } from './settings.ts';

/** What commands call; the services of the terminal's socket. */
export interface TerminalClients {
  readonly localUser: Client<typeof LocalUserService>;
  readonly contracts: Client<typeof ContractsService>;
  readonly lpa: Client<typeof LpaService>;
  readonly es10a: Client<typeof Es10aService>;
  readonly es10b: Client<typeof Es10bService>;
  readonly es10c: Client<typeof Es10cService>;
  readonly apdu: Client<typeof ApduService>;
  readonly applications: Client<typeof ApplicationsService>;
  readonly localAuthentication: Client<typeof LocalAuthenticationService>;
  readonly certificateStore: Client<typeof CertificateStoreService>;
}

/** Longest time of a call that streams nothing: it may talk to servers that are slow to fail. */
const callTimeoutMs = 120_000;

/**
 * Gives a command the terminal's services: those of the daemon that runs for this state folder, else the same services
 * started in this process for as long as the command runs. Both are called through a socket file, so that commands know
 * no difference.
 */
export async function withTerminal<T>(
  settings: Settings,
  onStarted: (note: string) => void,
  command: (terminal: TerminalClients) => Promise<T>,
): Promise<T> {
  const socket = publishedSocket(stateDirectoryAt(settings.stateDirectory));
  if (socket !== undefined && (await answers(socket))) return withConnection(socket, command);
  const { startTerminal } = await import('../daemon/start-terminal.ts');
  const terminal = await startTerminal({ ...settings, published: false, onStarted });
  try {
    return await withConnection(terminal.socket, command);
  } finally {
    await terminal.stop();
  }
}

/**
 * Gives a command the services of the eUICC of a card in a reader, for as long as it runs. Those of the terminal itself are not
 * among them.
 */
export async function withCard<T>(
  settings: Settings,
  options: CardOptions,
  signal: AbortSignal,
  tell: (line: string) => void,
  command: (terminal: TerminalClients) => Promise<T>,
): Promise<T> {
  const reader = options.reader === true ? undefined : options.reader;
  const servers = { access: accessFrom(options), accessHasRoots: options.ca !== undefined };
  const { startCardTerminal } = await import('../card-reader/card-terminal.ts');
  const card = await startCardTerminal({ ...settings, ...servers, reader, signal, tell });
  const leaveIt = () => tell('Ending what the card is doing; leave it in the reader. Ctrl-C again ends at once.');
  signal.addEventListener('abort', leaveIt, { once: true });
  try {
    return await withConnection(card.socket, command);
  } finally {
    await card.stop();
    signal.removeEventListener('abort', leaveIt);
  }
}

async function withConnection<T>(socket: string, command: (terminal: TerminalClients) => Promise<T>): Promise<T> {
  const connection = connect({ address: `unix:${socket}`, security: { kind: 'local' }, timeoutMs: callTimeoutMs });
  try {
    return await command(clientsOf(connection));
  } finally {
    connection.close();
  }
}

function clientsOf(connection: Connection): TerminalClients {
  return {
    localUser: connection.client(LocalUserService),
    contracts: connection.client(ContractsService),
    lpa: connection.client(LpaService),
    es10a: connection.client(Es10aService),
    es10b: connection.client(Es10bService),
    es10c: connection.client(Es10cService),
    apdu: connection.client(ApduService),
    applications: connection.client(ApplicationsService),
    localAuthentication: connection.client(LocalAuthenticationService),
    certificateStore: connection.client(CertificateStoreService),
  };
}

/** Whether somebody listens on a socket file; a daemon that was killed leaves its file behind. */
export function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = openSocket(path);
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
