import type { Command } from 'commander';
import { count } from './order-options.ts';

/** Entries that a server is asked for at a time, and that are listed unless more are wanted. */
const pageSize = 500;

/** Gives a command that lists the option `--limit`. */
export const withLimit = (command: Command): Command =>
  command.option('--limit <number>', 'at most so many', count, pageSize);

/** One page of a list. */
export interface Page<Entry> {
  readonly entries: readonly Entry[];
  /** where to go on; empty at the end */
  readonly nextPageToken: string;
}

/** The first entries of a list that a server answers in pages. That it goes on is said on standard error. */
export async function firstOf<Entry>(
  limit: number,
  read: (page: { readonly pageSize: number; readonly pageToken: string }) => Promise<Page<Entry>>,
): Promise<Entry[]> {
  const all: Entry[] = [];
  let pageToken = '';
  do {
    const page = await read({ pageSize: Math.min(pageSize, limit - all.length), pageToken });
    all.push(...page.entries);
    pageToken = page.nextPageToken;
  } while (pageToken !== '' && all.length < limit);
  if (pageToken !== '') process.stderr.write(`The first ${all.length}; more with --limit.\n`);
  return all;
}
