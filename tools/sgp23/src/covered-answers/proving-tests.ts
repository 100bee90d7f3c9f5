import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { negativeChains, negativeServerCertificates } from '@tegata/x509/testing';
import type { Place } from './required-answers.ts';

const root = resolve(import.meta.dirname, '../../../..');
const sgp23 = resolve(import.meta.dirname, '..');

/** A test as its file has it. */
export interface ProvingTest {
  /** from the root of the repository */
  readonly file: string;
  /** id of SGP.23 that it stands under, if any */
  readonly id: string | undefined;
  readonly title: string;
  /** the test, and what is declared in its file under names that it uses */
  readonly text: string;
}

const named =
  /^( *)(?:describe\w*|it|test)(?:\.each(?:<[^(]*>)?\((?:[\s\S]*?)\))?\(\s*(['"`])((?:(?!\2).)*)\2|^( *)(?:export )?(?:const|async function|function) (\w+)/gm;
const id = /^TC_[A-Za-z0-9_+.-]+/;

/** The tests of a file. Statements end where their indentation does: the tree is formatted. */
export function testsOf(file: string): readonly ProvingTest[] {
  const source = readFileSync(join(root, file), 'utf8');
  const declared = new Map<string, string>();
  const tests: { id: string | undefined; title: string; text: string }[] = [];
  let suite: string | undefined;
  for (const match of source.matchAll(named)) {
    const [whole, indentation, , title, ofDeclaration, name] = match;
    const text = statementAt(source, match.index, whole.length, indentation ?? ofDeclaration ?? '');
    if (name !== undefined) declared.set(name, `${declared.get(name) ?? ''}\n${text}`);
    else if (whole.trimStart().startsWith('describe')) suite = id.exec(title ?? '')?.[0] ?? suite;
    else tests.push({ id: id.exec(title ?? '')?.[0] ?? suite, title: title ?? '', text });
  }
  return tests.map((test) => ({ ...test, file, text: withDeclarations(test.text, declared) }));
}

function statementAt(source: string, start: number, headLength: number, indentation: string): string {
  const rest = source.slice(start + headLength);
  const firstLine = rest.slice(0, Math.max(0, rest.indexOf('\n')));
  if (firstLine.endsWith(';')) return source.slice(start, start + headLength + firstLine.length);
  const end = new RegExp(`\n${indentation}\\S[^\n]*`).exec(rest);
  return source.slice(start, start + headLength + (end === null ? rest.length : end.index + end[0].length));
}

/** The text with what it names, what that names, and so on. */
function withDeclarations(text: string, declared: ReadonlyMap<string, string>): string {
  const taken = new Set<string>();
  const take = (part: string): string => {
    const further = [...new Set(part.match(/\b\w+\b/g) ?? [])].filter((name) => declared.has(name) && !taken.has(name));
    for (const name of further) taken.add(name);
    return [part, ...further.map((name) => take(declared.get(name) ?? ''))].join('\n');
  };
  const whole = take(text);
  const tables = Object.entries(tablesOfFaults).filter(([name]) => whole.includes(name));
  return [whole, ...tables.flatMap(([, answers]) => answers)].join('\n');
}

/** What the rows of tables of other files are answered. */
const tablesOfFaults = {
  negativeChains: negativeChains.map(({ answer }) => answer),
  negativeServerCertificates: negativeServerCertificates('DPauth').map(({ answer }) => answer),
};

let all: readonly ProvingTest[] | undefined;

/** Every test of this tool. */
function testsOfSgp23(): readonly ProvingTest[] {
  all ??= readdirSync(sgp23, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.spec.ts') && !file.startsWith('covered-'))
    .sort()
    .flatMap((file) => testsOf(relative(root, join(sgp23, file))));
  return all;
}

/** The tests of a place in which an answer is named: codes in either form, alone; or the name of a result. */
export function testsThatName(answer: string, place: Place): readonly ProvingTest[] {
  const [subjectCode = '', reasonCode] = answer.replaceAll('.', '\\.').split('/');
  const alone =
    reasonCode === undefined
      ? new RegExp(`\\b${subjectCode}\\b`)
      : new RegExp(`(?<![\\w.])${subjectCode}(?:/|', ')${reasonCode}(?![\\w/]|\\.\\d)`);
  return testsAt(place).filter(({ text }) => alone.test(text));
}

function testsAt(place: Place): readonly ProvingTest[] {
  if ('id' in place) return testsOfSgp23().filter((test) => test.id?.startsWith(place.id));
  return testsOf(place.file).filter(({ title }) => title.includes(place.titled ?? ''));
}
