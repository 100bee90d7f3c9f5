import { Transform, type TransformCallback } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';

/** A keyboard; `setRawMode` is there where it is a terminal. */
export type Keyboard = NodeJS.ReadableStream & {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
};

const CTRL_C = 0x03;
const LINE_FEED = 0x0a;

/**
 * The keys that are pressed from now on. What was typed before a question was shown does not answer it: a key pressed while a command
 * was still at work would choose "Yes" for something that nobody has read yet. Interrupting is always possible.
 *
 * A line feed is no key: Enter is a carriage return, and the line feeds that a terminal made of earlier ones are left out.
 */
export class FreshKeys extends Transform {
  readonly isTTY = true;
  #fresh = false;

  private constructor(private readonly keyboard: Keyboard) {
    super();
  }

  /** Begins to listen, and forgets what waits. `done` has to be called after the answer. */
  static async of(keyboard: Keyboard): Promise<FreshKeys> {
    const keys = new FreshKeys(keyboard);
    keys.setRawMode(true);
    keyboard.pipe(keys);
    // Whatever waits in the terminal is read in the first turn of the event loop that looks at it.
    await turn();
    await turn();
    keys.#fresh = true;
    return keys;
  }

  setRawMode(raw: boolean): this {
    this.keyboard.setRawMode?.(raw);
    return this;
  }

  done(): void {
    this.setRawMode(false);
    this.keyboard.unpipe(this);
    this.keyboard.pause();
  }

  override _transform(chunk: Uint8Array, _encoding: BufferEncoding, callback: TransformCallback): void {
    const wanted = chunk.filter((key) => (this.#fresh ? key !== LINE_FEED : key === CTRL_C));
    callback(null, Buffer.from(wanted));
  }
}
