import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { PcscError } from './pcsc-error.ts';
import {
  answerOctets,
  oldestMinor,
  type PcscdCommand,
  pcscdCommands,
  pcscdMessage,
  protocolVersion,
  readVersion,
  versionBody,
} from './pcscd-messages.ts';

/** Where pcscd listens, and libpcsclite looks for it. */
export const pcscdSocket = (env: Readonly<Record<string, string | undefined>>): string =>
  env.PCSCLITE_CSOCK_NAME ?? '/run/pcscd/pcscd.comm';

/** A connection to pcscd: one question after the other. */
export class PcscdConnection {
  private received: Buffer = Buffer.alloc(0);

  private constructor(
    private readonly socket: Socket,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /**
   * @param signal ends every wait for an answer with its reason
   * @throws PcscError `PCSC_UNAVAILABLE`, `PCSC_FAILED` for another version of the protocol
   */
  static async open(path: string, signal?: AbortSignal): Promise<PcscdConnection> {
    const socket = createConnection({ path });
    // Errors after the connection stands come out of the next read.
    socket.on('error', () => {});
    try {
      await once(socket, 'connect', signal && { signal });
    } catch (cause) {
      socket.destroy();
      signal?.throwIfAborted();
      throw new PcscError('PCSC_UNAVAILABLE', `pcscd does not answer at ${path}`, { cause });
    }
    const connection = new PcscdConnection(socket, signal);
    const answer = await connection.ask(pcscdCommands.version, versionBody(), answerOctets.version);
    const { major, minor } = readVersion(answer);
    if (major !== protocolVersion.major || minor < oldestMinor) {
      connection.close();
      throw new PcscError(
        'PCSC_FAILED',
        `pcscd speaks version ${major}.${minor} of its protocol, which is not known here`,
      );
    }
    return connection;
  }

  /** Sends a command, with what follows its structure, and takes so many octets of the answer. */
  async ask(command: PcscdCommand, body: Uint8Array, answer: number, more = new Uint8Array()): Promise<Uint8Array> {
    this.socket.write(Buffer.concat([pcscdMessage(command, body), more]));
    return this.take(answer);
  }

  /** The next octets. @throws PcscError `PCSC_UNAVAILABLE` when pcscd ends */
  async take(octets: number): Promise<Uint8Array> {
    while (this.received.length < octets) {
      const chunk: unknown = this.socket.read();
      if (chunk instanceof Buffer) this.received = Buffer.concat([this.received, chunk]);
      else await this.more();
    }
    const taken = this.received.subarray(0, octets);
    this.received = this.received.subarray(octets);
    return taken;
  }

  private async more(): Promise<void> {
    if (this.socket.readableEnded || this.socket.destroyed) throw new PcscError('PCSC_UNAVAILABLE', 'pcscd has ended');
    const ended = new AbortController();
    const signal = this.signal ? AbortSignal.any([this.signal, ended.signal]) : ended.signal;
    const ends = ['end', 'close'].map((event) => once(this.socket, event, { signal }));
    try {
      await Promise.race([once(this.socket, 'readable', { signal }), ...ends]);
    } finally {
      ended.abort();
      await Promise.allSettled(ends);
    }
  }

  close(): void {
    this.socket.destroy();
  }
}
