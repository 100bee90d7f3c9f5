import { ChartPrinter, stepLine } from './chart-printer.ts';

const step = (number: string, outcome = 'ok') => ({ step: number, recordedBy: 'terminal', ms: 1.25, outcome });

describe('the chart printer', () => {
  const printing = (expected: readonly string[]) => {
    const lines: string[] = [];
    const printer = new ChartPrinter(expected, (line) => lines.push(line.trim().split(/\s+/)[0] ?? ''));
    return { lines, printer };
  };

  it('prints in the order of the chart, whatever order the steps become known in', () => {
    const { lines, printer } = printing(['S12', 'S13', 'S14', 'S16']);
    printer.add(step('S13'));
    printer.add(step('S14'));
    expect(lines).toEqual([]);
    printer.add(step('S12'));
    expect(lines).toEqual(['S12', 'S13', 'S14']);
    printer.add(step('S16'));
    expect(lines).toEqual(['S12', 'S13', 'S14', 'S16']);
  });

  it('prints a step once', () => {
    const { lines, printer } = printing(['S5']);
    printer.add(step('S5'));
    printer.add(step('S5'));
    expect(lines).toEqual(['S5']);
  });

  it('shows what is known after a failure, gaps and all', () => {
    const { lines, printer } = printing(['S5', 'S6', 'S7']);
    printer.add(step('S7', 'AUTHENTICATION_UNAVAILABLE'));
    printer.add(step('S5'));
    printer.flush();
    expect(lines).toEqual(['S5', 'S7']);
    expect(printer.steps.map((each) => each.step)).toEqual(['S5', 'S7']);
  });

  it('says who, to whom, what, how long, and how it failed', () => {
    expect(stepLine(step('S14', 'AUTHENTICATION_UNAVAILABLE'))).toMatch(
      /S14 +management → authentication +requests identity verification +1\.3 ms {2}AUTHENTICATION_UNAVAILABLE/,
    );
  });
});
