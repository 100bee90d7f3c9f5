import { TerminalError } from '../terminal-error.ts';
import { readIfThere, writeDurably } from './durable-file.ts';
import { flag, RecordShapeError, struct } from './json-codec.ts';

const codec = struct({ atPowerOn: flag });

/**
 * Whether the terminal asks its servers at power-on which profiles wait. Off until the user says otherwise: each power-on
 * would tell an SM-DS and an SM-DP+ that this eUICC is there.
 */
export class DiscoverySetting {
  constructor(private readonly path: string) {}

  /** RECORD_UNREADABLE when the file was damaged; writing it anew puts that right. */
  read(): boolean {
    const stored = readIfThere(this.path);
    if (stored === undefined) return false;
    try {
      return codec.read(JSON.parse(Buffer.from(stored).toString('utf8')), 'discovery').atPowerOn;
    } catch (cause) {
      if (!(cause instanceof RecordShapeError || cause instanceof SyntaxError)) throw cause;
      throw new TerminalError('internal', 'RECORD_UNREADABLE', `${this.path} is damaged: ${cause.message}.`, { cause });
    }
  }

  write(atPowerOn: boolean): void {
    writeDurably(this.path, Buffer.from(`${JSON.stringify(codec.write({ atPowerOn }))}\n`));
  }
}
