import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What must not be found, by what it is. */
export class Secrets {
  readonly #forms = new Map<string, string>();

  /** A text, in each form that a log could give it. */
  text(what: string, value: string): this {
    const escaped = [...value].map((letter) => (letter > '~' ? escapedOf(letter) : letter)).join('');
    for (const form of [value, escaped, encodeURIComponent(value)]) this.#forms.set(form, what);
    return this.octets(what, Buffer.from(value, 'utf8'));
  }

  /** Octets, in hex, base64 and decimals. Of longer ones some in their middle: what is before and after may be anything. */
  octets(what: string, value: Uint8Array): this {
    const middle = Math.floor(value.length / 2);
    const some = Buffer.from(value.length > 48 ? value.subarray(middle, middle + 48) : value);
    this.#put(what, some.toString('hex'));
    this.#put(what, some.toString('hex').toUpperCase());
    this.#put(what, [...some].join(','));
    // Where three octets begin that four characters stand for depends on what is before: of each beginning the characters of its own octets alone.
    for (const skipped of [0, 1, 2]) {
      const part = some.subarray(skipped);
      const whole = part.subarray(0, part.length - (part.length % 3)).toString('base64');
      this.#put(what, whole);
      this.#put(what, whole.replaceAll('+', '-').replaceAll('/', '_'));
    }
    return this;
  }

  /** Bodies of all private keys below a folder, in PEM. */
  async privateKeysBelow(folder: string): Promise<this> {
    for (const name of await readdir(folder, { recursive: true })) {
      if (!name.endsWith('.pem')) continue;
      const pem = await readFile(join(folder, name), 'utf8');
      const [, body] = /-----BEGIN (?:\w+ )*PRIVATE KEY-----([^-]+)-----END/.exec(pem) ?? [];
      if (body) this.octets(`private key ${name}`, Buffer.from(body, 'base64'));
    }
    return this;
  }

  /** Which of them a text has. */
  foundIn(text: string): string[] {
    return [...new Set([...this.#forms].filter(([form]) => text.includes(form)).map(([, what]) => what))];
  }

  get size(): number {
    return this.#forms.size;
  }

  #put(what: string, form: string): void {
    // Shorter ones stand in identifiers by chance.
    if (form.length >= 10) this.#forms.set(form, what);
  }
}

const escapedOf = (letter: string): string =>
  Array.from({ length: letter.length }, (_, at) => `\\u${letter.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
    '',
  );
