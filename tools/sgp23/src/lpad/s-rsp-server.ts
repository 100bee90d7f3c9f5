import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { RspRefusal } from '@tegata/rsp';
import { type JsonObject, type RspFunction, readMembers, writeMembers } from '@tegata/rsp-http';
import { versionFor } from '@tegata/rsp-http/testing';
import type { TlsIdentity } from '@tegata/service-kit';

/** What a simulated server does, by the names of its functions: messages as the functions of ES9+ or ES11 have them. */
export type Functions = Readonly<Record<string, (request: never) => Promise<object>>>;

/** Sends something other than the honest answer, whose members are given to it. */
export type Attack = (response: ServerResponse, honest: JsonObject) => void;

/** A request as it came. */
export interface Received {
  readonly name: string;
  readonly headers: IncomingMessage['headers'];
  readonly members: JsonObject;
}

const success = { functionExecutionStatus: { status: 'Executed-Success' } };

/**
 * An S_SM-DP+ or S_SM-DS of SGP.23: the functions of a real server on a real TLS socket, whose answers a test can replace on their way. What it does
 * itself is always done honestly, so that its side of the session goes on.
 */
export class SRspServer {
  readonly received: Received[] = [];
  /** Functions whose answers are replaced. */
  readonly attacks = new Map<string, Attack>();
  readonly #server: Server;

  private constructor(
    identity: TlsIdentity,
    private readonly declared: Readonly<Record<string, RspFunction>>,
    private readonly functions: Functions,
  ) {
    this.#server = createServer(
      { cert: String(identity.certificateChain), key: String(identity.privateKey), ...versionFor(identity) },
      (request, response) => void this.#serve(request, response),
    );
  }

  static async start(identity: TlsIdentity, declared: object, functions: Functions): Promise<SRspServer> {
    const server = new SRspServer(identity, declared as Readonly<Record<string, RspFunction>>, functions);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  /** `host:port` */
  get place(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Names of the functions that were called. */
  get called(): string[] {
    return this.received.map(({ name }) => name);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const name = (request.url ?? '').split('/').at(-1) ?? '';
    const members = JSON.parse(Buffer.concat(parts).toString()) as JsonObject;
    this.received.push({ name, headers: request.headers, members });
    const honest = await this.#answer(name, members);
    const attack = this.attacks.get(name);
    if (attack !== undefined) attack(response, honest ?? {});
    else if (honest === undefined) response.writeHead(204).end();
    else sendJson(response, honest);
  }

  async #answer(name: string, members: JsonObject): Promise<JsonObject | undefined> {
    const declared = this.declared[name];
    const perform = this.functions[name];
    if (declared === undefined || perform === undefined) throw new Error(`the test called ${name}`);
    try {
      const answer = await perform(readMembers(declared.request, members) as never);
      return declared.answer === undefined ? undefined : { header: success, ...writeMembers(declared.answer, answer) };
    } catch (error) {
      if (!(error instanceof RspRefusal)) throw error;
      return { header: { functionExecutionStatus: error.toFunctionExecutionStatus() } } as unknown as JsonObject;
    }
  }
}

/** An answer as it should be. */
export function sendJson(response: ServerResponse, members: object): void {
  response.writeHead(200, { 'content-type': 'application/json', 'x-admin-protocol': 'gsma/rsp/v2.2.2' });
  response.end(JSON.stringify(members));
}
