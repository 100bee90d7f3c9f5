import { resolve } from 'node:path';
import { testsThatName } from './proving-tests.ts';
import { euiccAnswers, type RequiredAnswers, serverAnswers } from './required-answers.ts';

/** The page that is written. */
export const answersPage = resolve(import.meta.dirname, '../../../../docs/refusals.md');

/** What no test names, as `function answer`. */
export function unproven(required: readonly RequiredAnswers[]): readonly string[] {
  return rowsOf(required)
    .filter(({ tests }) => tests.length === 0)
    .map(({ name, answer }) => `${name} ${answer}`);
}

function rowsOf(required: readonly RequiredAnswers[]) {
  return required.flatMap(({ function: name, place, answers }) =>
    Object.entries(answers).map(([answer, given]) => {
      const { when, place: own } = typeof given === 'string' ? { when: given, place } : given;
      return { name, answer, when, tests: testsThatName(answer, own) };
    }),
  );
}

function table(required: readonly RequiredAnswers[]): string {
  const lines = rowsOf(required).map(({ name, answer, when, tests: [first] }) => {
    const file = first === undefined ? '' : `[\`${first.file.split('/').at(-1)}\`](../${first.file})`;
    const title = first?.title.replaceAll('|', '\\|') ?? '**none**';
    return `| ${name} | ${/^\d/.test(answer) ? answer : `\`${answer}\``} | ${when} | ${file} ${title} |`;
  });
  return ['| function | answer | when | test |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

/** The page, as it has to be. */
export function renderAnswers(): string {
  return `# Refusals

Written by \`node --import tsx tools/sgp23/src/covered-answers/main.ts\`; a test fails when it is not current, or when an answer has no test that
names it. Every refusal that SGP.22 has for the functions in use, and the first test that shows it: by
[SGP.23](sgp23-coverage.md) over the real bindings, else beside the code. What refusals look like on the wire is in [protocol](protocol.md).

## Servers

Subject and reason code. Their names in gRPC errors and their sentences are in \`libs/rsp/src/refusals\`.

${table(serverAnswers)}

## eUICC

Results and errors by name; status words of ES6, and response status codes of the secured packets that carry it (ETSI TS 102 225). \`installFailedDueToUnknownError\` is never given; \`undefinedError\` stands where there is a case of it.

${table(euiccAnswers)}
`;
}
