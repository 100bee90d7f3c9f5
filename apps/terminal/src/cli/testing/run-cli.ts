import { Readable, Writable } from 'node:stream';
import { main } from '../main.ts';

/** What a run of `tegata` left. */
export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `tegata` in this process, as a script would: no screen, nothing typed but what is given as standard input. */
export async function runCli(
  args: readonly string[],
  { env = {}, stdin = '' }: { readonly env?: Record<string, string>; readonly stdin?: string } = {},
): Promise<CliRun> {
  const [stdout, stderr] = [new Collected(), new Collected()];
  const exitCode = await main(args, { stdin: Readable.from([stdin]), stdout, stderr, env });
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

class Collected extends Writable {
  text = '';

  override _write(chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}
