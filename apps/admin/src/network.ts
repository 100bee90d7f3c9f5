import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { loadOperatorKeys } from '@tegata/pki';
import { type Caller, type Connection, connect } from '@tegata/service-kit';

/** What operators need of a network file: where the servers' mutual TLS listeners and the keys are. */
export interface OperatorNetwork {
  /** Server (`management/aozora`, `authentication`, `relay`) to host:port. */
  readonly services: Readonly<Record<string, string>>;
  /** Folder of the PKI. */
  readonly pki: string;
}

/** Something the person at the keyboard can put right. */
export class AdminError extends Error {
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}

/**
 * Reads a network file.
 * @throws AdminError NETWORK_FILE_UNREADABLE.
 */
export function readNetwork(file: string): OperatorNetwork {
  try {
    const { services, pki } = JSON.parse(readFileSync(file, 'utf8')) as OperatorNetwork;
    if (!Object.values(services).every((address) => typeof address === 'string')) throw new TypeError('services');
    return { services, pki: resolve(dirname(file), pki) };
  } catch (cause) {
    throw new AdminError(
      'NETWORK_FILE_UNREADABLE',
      `There is no readable network file at ${file}.`,
      'Start the servers with `npx nx run-many -t serve`, which writes it, or name another with --network.',
      { cause },
    );
  }
}

/** The servers of a network that have an operator listener, in the order of the file. */
export const servers = ({ services }: OperatorNetwork): string[] => Object.keys(services);

/**
 * Opens a connection to one server as its operator: `operator/aozora` for `management/aozora`, else the server's own name.
 * @throws AdminError SERVER_UNKNOWN, OPERATOR_KEY_MISSING.
 */
export async function connectTo(network: OperatorNetwork, server: string): Promise<Connection> {
  const address = network.services[server];
  if (!address) {
    const names = servers(network);
    const [role, carrier] = server.split('/');
    if (carrier === undefined) {
      throw new AdminError('SERVER_UNKNOWN', `The network has no server ${server}.`, `It has ${names.join(', ')}.`);
    }
    const carriers = names.filter((name) => name.startsWith(`${role}/`)).map((name) => name.slice(`${role}/`.length));
    throw new AdminError('SERVER_UNKNOWN', `The network has no carrier ${carrier}.`, `It has ${carriers.join(', ')}.`);
  }
  const [role = server, name] = server.split('/');
  const operator = name ?? role;
  const keys = await loadOperatorKeys(network.pki, operator).catch((cause: unknown) => {
    throw new AdminError(
      'OPERATOR_KEY_MISSING',
      `There is no key of operator ${operator} under ${network.pki}.`,
      'Use the folder that the servers were started with.',
      { cause },
    );
  });
  return connect({
    address,
    security: {
      kind: 'mutual-tls',
      roots: keys.service.roots,
      server: { role, name } as Caller,
      identity: keys.service,
    },
  });
}
