import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestGroup, testGroups } from './groups.ts';

/** The page that is written. */
export const coveragePage = resolve(import.meta.dirname, '../../../../docs/sgp23-coverage.md');
const source = resolve(import.meta.dirname, '..');

/** A suite or test as its file names it. `it.each` counts as one. */
const named = /\b(describe\w*|it|test)(?:\.each(?:<[^(]*>)?\((?:[\s\S]*?)\))?\(\s*(['"`])((?:(?!\2).)*)\2/g;
const id = /^(?:TC_[A-Za-z0-9_+.-]+|LPAd, .*)/;

/** How many tests stand under each id, in all files of this tool. */
export function testsById(): ReadonlyMap<string, number> {
  const tests = new Map<string, number>();
  for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!file.endsWith('.spec.ts') || file.startsWith('covered-groups')) continue;
    let suite: string | undefined;
    for (const [, kind, , title = ''] of readFileSync(join(source, file), 'utf8').matchAll(named)) {
      const own = id.exec(title)?.[0];
      if (kind === 'it' || kind === 'test') {
        const counted = own ?? suite;
        if (counted !== undefined) tests.set(counted, (tests.get(counted) ?? 0) + 1);
      } else suite = own ?? suite;
    }
  }
  return tests;
}

/** Tests of a group: those whose id begins with its own, and with no longer one of another group. */
function testsOf({ id: prefix }: TestGroup, tests: ReadonlyMap<string, number>): number {
  const nearest = (name: string) =>
    testGroups.reduce(
      (best, other) => (name.startsWith(other.id) && other.id.length > best.length ? other.id : best),
      '',
    );
  return [...tests].reduce((sum, [name, count]) => (nearest(name) === prefix ? sum + count : sum), 0);
}

/** The page, as it has to be. @throws Error for an id that is in no group */
export function renderCoverage(): string {
  const tests = testsById();
  const stray = [...tests.keys()].filter((name) => !testGroups.some((group) => name.startsWith(group.id)));
  if (stray.length > 0) throw new Error(`tests in no group of SGP.23: ${stray.join(', ')}`);
  const rows = testGroups.map((group) => [group, testsOf(group, tests)] as const);
  const covered = rows.filter(([, count]) => count > 0).length;
  return `# Coverage of SGP.23

Written by \`node --import tsx tools/sgp23/src/covered-groups/main.ts\` from the names of the tests in \`tools/sgp23\`; a test fails when
it is not current. Groups are those of the GSMA's test specification for SGP.22 v2. Their sequences were written from outlines of
the specification. In 4.2.2 the first two sequences are its own, as far as another project quotes them. In 4.3.12 to 4.3.17 ids and the numbers behind \`#\` in the tests' names are its own (v1.15); in 4.3.1 to 4.3.6 and 4.5 ids follow
its pattern and were not seen in its text; elsewhere ids are its own where they are known. Sequences without a number are ours.
Tests of an LPAd (4.4 and 5.4) have no ids: the specification's text was not at hand.

${covered} of ${rows.length} groups have tests here. Groups without any are not untested: suites beside the code test the same functions, but not
by these ids.

| section | group | tests |
| --- | --- | --- |
${rows.map(([{ section, title, id: prefix }, count]) => `| ${section} | ${title}${prefix.startsWith('TC_') ? ` (\`${prefix}\`)` : ', without ids'} | ${count === 0 ? 'not yet' : count} |`).join('\n')}
`;
}
