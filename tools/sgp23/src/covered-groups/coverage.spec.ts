import { readFileSync } from 'node:fs';
import { coveragePage, renderCoverage, testsById } from './coverage.ts';

describe('the coverage of SGP.23', () => {
  it('is written down as it is', () => {
    expect(readFileSync(coveragePage, 'utf8')).toBe(renderCoverage());
  });

  it('counts tests under the suites that name their ids', () => {
    const tests = testsById();
    expect(tests.get('TC_eUICC_ES10a.SetDefaultDpAddress')).toBe(3);
    expect(tests.get('TC_eUICC_ES10b.ListNotification')).toBeGreaterThan(1);
  });
});
