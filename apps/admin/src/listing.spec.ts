import { firstOf, type Page } from './listing.ts';

/** A list of so many, in pages as a server gives them. */
function listOf(total: number) {
  const asked: number[] = [];
  const read = async ({ pageSize, pageToken }: { pageSize: number; pageToken: string }): Promise<Page<number>> => {
    asked.push(pageSize);
    const from = Number(pageToken);
    const entries = Array.from({ length: Math.min(pageSize, total - from) }, (_, at) => from + at);
    return { entries, nextPageToken: entries.length === pageSize ? String(from + pageSize) : '' };
  };
  return { asked, read };
}

describe('a list in pages', () => {
  const { stderr } = process;
  const write = stderr.write;
  let told = '';
  beforeEach(() => {
    told = '';
    stderr.write = (text: string | Uint8Array) => {
      told += String(text);
      return true;
    };
  });
  afterEach(() => {
    stderr.write = write;
  });

  it('is read to its end when more are wanted than there are', async () => {
    const { asked, read } = listOf(1234);
    expect(await firstOf(5000, read)).toEqual(Array.from({ length: 1234 }, (_, at) => at));
    expect(asked).toEqual([500, 500, 500]);
    expect(told).toBe('');
  });

  it('is read no farther than wanted, and said to go on', async () => {
    const { asked, read } = listOf(1234);
    expect(await firstOf(600, read)).toHaveLength(600);
    expect(asked).toEqual([500, 100]);
    expect(told).toBe('The first 600; more with --limit.\n');
  });
});
