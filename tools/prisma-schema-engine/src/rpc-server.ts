import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { type Method, methodsOf } from './methods.ts';
import { loadEngine, panicMessage } from './wasm-engine.ts';

/** Code of every failure in the native engine's protocol; the cause is in `data`. */
const FAILED = 4466;
const METHOD_NOT_FOUND = -32601;

interface Message {
  readonly id: number;
  /** Absent in the CLI's answers to `print`. */
  readonly method?: string;
  readonly params?: unknown;
}

export interface RpcServerOptions {
  readonly schemaFiles: readonly string[];
  readonly url: string | undefined;
  readonly input: Readable;
  readonly output: Writable;
}

/**
 * Serve the engine's protocol: JSON-RPC 2.0, one message a line, until the input ends. Requests are answered in their
 * order: unlike the native engine, the WebAssembly one can do only one thing at a time.
 */
export async function serveRpc({ schemaFiles, url, input, output }: RpcServerOptions): Promise<void> {
  const send = (message: object) => output.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  let prints = 0;
  // The CLI's own requests count up from 1.
  const print = (content: string) => send({ id: 1_000_000 + prints++, method: 'print', params: { content } });
  let methods: Promise<ReadonlyMap<string, Method>> | undefined;
  const unanswered = new Set<number>();

  const answer = async ({ id, method = '', params }: Message) => {
    try {
      // Loaded at the first request, so that a mistake in the schema is an answer and not an exit.
      methods ??= loadEngine(schemaFiles, url).then((engine) => methodsOf(engine, url, print));
      const call = (await methods).get(method);
      if (call === undefined) send({ id, error: { code: METHOD_NOT_FOUND, message: `Method not found: ${method}` } });
      else send({ id, result: (await call(params as never)) ?? null });
    } catch (error) {
      send({ id, error: failure(error) });
    } finally {
      unanswered.delete(id);
    }
  };

  const panicked = new Promise<void>((resolve) => {
    process.on('uncaughtException', (error) => {
      for (const id of unanswered) send({ id, error: failure(error) });
      unanswered.clear();
      resolve();
    });
  });
  let last = Promise.resolve();
  for await (const line of createInterface({ input })) {
    if (line.trim() === '') continue;
    const message = JSON.parse(line) as Message;
    if (message.method === undefined) continue;
    if (panicMessage() !== undefined) {
      send({ id: message.id, error: failure(new Error('the engine has panicked')) });
      continue;
    }
    unanswered.add(message.id);
    last = last.then(() => answer(message));
  }
  await Promise.race([last, panicked]);
}

function failure(error: unknown) {
  const panic = panicMessage();
  const { message: said, code } = error as { message?: unknown; code?: unknown };
  const message = panic ?? (typeof said === 'string' ? said : String(error));
  const data = {
    message,
    is_panic: panic !== undefined,
    // Prisma's own codes; those of the driver or of Node would be shown as such.
    ...(typeof code === 'string' && /^P\d{4}$/.test(code) && { error_code: code }),
  };
  return { code: FAILED, message, data };
}
