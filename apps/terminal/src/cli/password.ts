import { readFileSync } from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import { fileError } from '../evidence/picture-file.ts';
import { TerminalError } from '../terminal-error.ts';
import type { Prompts } from './prompts.ts';
import type { Settings } from './settings.ts';

/** Fewest characters of a password. */
export const minPasswordLength = 8;

/** Where passwords come from: never from the command line, where other users could read them. */
export class PasswordSource {
  constructor(
    private readonly settings: Pick<Settings, 'passwordFile' | 'passwordStdin'>,
    private readonly stdin: NodeJS.ReadableStream,
    private readonly prompts: Prompts,
  ) {}

  /** The registered password, from a file, from standard input or asked for. PASSWORD_NEEDED. */
  async current(question = 'Password'): Promise<string> {
    return (await this.withoutAsking()) ?? this.#ask(() => this.prompts.secret(question));
  }

  /** A new password; asked for twice, so that a slip of the finger is noticed. */
  async chosen(question = 'New password (at least 8 characters)'): Promise<string> {
    const given = await this.withoutAsking();
    if (given !== undefined) return longEnough(given);
    return this.#ask(async () => {
      const chosen = await this.prompts.secret(question, (value) =>
        [...value].length < minPasswordLength ? 'At least 8 characters' : undefined,
      );
      await this.prompts.secret('The same again', (value) => (value === chosen ? undefined : 'Not the same'));
      return chosen;
    });
  }

  /** The password if it can be had without asking. */
  async withoutAsking(): Promise<string | undefined> {
    const { passwordFile, passwordStdin } = this.settings;
    if (passwordStdin) return withoutLineEnd(await readAll(this.stdin));
    return passwordFile === undefined ? undefined : readSecret(passwordFile);
  }

  #ask(ask: () => Promise<string>): Promise<string> {
    if (this.prompts.possible) return ask();
    throw new TerminalError(
      'invalid',
      'PASSWORD_NEEDED',
      'The password is needed, and nobody can be asked for it here.',
    );
  }
}

/** A secret in a file of its own, without the end of its line. FILE_NOT_FOUND, FILE_UNREADABLE. */
export function readSecret(path: string): string {
  try {
    return withoutLineEnd(readFileSync(path, 'utf8'));
  } catch (error) {
    throw fileError(path, error);
  }
}

function withoutLineEnd(content: string): string {
  return content.replace(/\r?\n$/, '');
}

function longEnough(password: string): string {
  if ([...password].length >= minPasswordLength) return password;
  throw new TerminalError('invalid', 'USAGE', `A password has at least ${minPasswordLength} characters.`);
}
