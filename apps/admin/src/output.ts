import { printable, printableJson } from '@tegata/contracts';

/** How results are shown: for a person, or as one JSON document on standard output. */
export type Output = (rows: readonly Record<string, unknown>[] | Record<string, unknown>, empty?: string) => void;

const cell = (value: unknown): string => {
  if (value === undefined || value === null || value === '') return '-';
  if (value instanceof Date) return value.toISOString().replace('T', ' ').slice(0, 19);
  return printable(String(value));
};

/** One row a line, columns as wide as they need. */
export function table(rows: readonly Record<string, unknown>[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [
    columns.map((name) => name.toUpperCase()),
    ...rows.map((row) => columns.map((name) => cell(row[name]))),
  ];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((text, index) => text.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Prints results on standard output. */
export function outputTo(json: boolean, write: (text: string) => void): Output {
  return (result, empty = 'Nothing.') => {
    if (json) {
      write(`${printableJson(result, 2)}\n`);
    } else if (Array.isArray(result)) {
      write(`${result.length > 0 ? table(result) : empty}\n`);
    } else {
      const width = Math.max(...Object.keys(result).map((name) => name.length));
      write(
        `${Object.entries(result)
          .map(([name, value]) => `${name.padEnd(width)}  ${cell(value)}`)
          .join('\n')}\n`,
      );
    }
  };
}
