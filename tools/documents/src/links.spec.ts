import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { anchors, namedPaths, relativeLinks } from './markdown.ts';
import { documents, exists, textOf, workspace } from './workspace.ts';

/** Whether a path exists; a `*` stands for any one name. */
function matches(path: string): boolean {
  const [first = '', ...rest] = path.split('/').filter((part) => part !== '');
  return below(workspace, [first, ...rest]);
}

function below(folder: string, [part, ...rest]: readonly string[]): boolean {
  if (part === undefined) return true;
  if (!part.includes('*')) return existsSync(join(folder, part)) && below(join(folder, part), rest);
  const form = new RegExp(`^${part.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
  return readdirSync(folder).some((name) => {
    const inner = join(folder, name);
    return form.test(name) && (rest.length === 0 || (statSync(inner).isDirectory() && below(inner, rest)));
  });
}

describe.each(documents())('%s', (file) => {
  const page = textOf(file);

  it('links to what is there', () => {
    const broken = relativeLinks(page).filter(({ target }) => {
      const [path = '', anchor] = target.split('#');
      const linked = path === '' ? file : normalize(join(dirname(file), path));
      if (linked.startsWith('..') || !exists(linked)) return true;
      return anchor !== undefined && linked.endsWith('.md') && !anchors(textOf(linked)).has(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('names files and folders that are there', () => {
    expect(namedPaths(page).filter(({ target }) => !matches(target))).toEqual([]);
  });
});

describe('the checks of pages', () => {
  const page = [
    '# First part, `x`',
    'A [page](docs/a.md#second), [elsewhere](https://example.org/a), `[no](link)` and `libs/der/src/tlv.ts:12`.',
    '```sh',
    'cat `libs/none.ts` [x](none.md)',
    '```',
    'Run `npx nx run rsp:test libs/rsp` in `apps/*/prisma/schema.prisma`, not in `apps/relay/dist`.',
  ].join('\n');

  it('find links outside code', () => {
    expect(relativeLinks(page)).toEqual([{ line: 2, target: 'docs/a.md#second' }]);
  });

  it('find paths in code, but not in examples, and not what is made', () => {
    expect(namedPaths(page).map(({ target }) => target)).toEqual([
      'libs/der/src/tlv.ts',
      'libs/rsp',
      'apps/*/prisma/schema.prisma',
    ]);
  });

  it('know the anchors of headings', () => {
    expect([...anchors(page)]).toEqual(['first-part-x']);
  });

  it('tell a path that is there from one that is not', () => {
    expect(matches('apps/*/prisma/schema.prisma')).toBe(true);
    expect(matches('apps/*/prisma/schema.sql')).toBe(false);
    expect(matches('libs/none')).toBe(false);
  });
});
