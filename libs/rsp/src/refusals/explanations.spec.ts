import { explainRefusal, explanations, nameStatusCodes } from './explanations.ts';
import { refusalNames, refusals } from './refusals.ts';

describe('the explanation of a refusal', () => {
  it.each(refusalNames)('%s is a sentence', (name) => {
    expect(explanations[name]).toMatch(/^[A-Z].{10,}\.$/);
    const { subjectCode, reasonCode } = refusals[name];
    expect(explainRefusal(subjectCode, reasonCode)).toMatch(/\.$/);
  });

  it('is there for codes of no table', () => {
    expect(explainRefusal('8.2.6', '6.3')).toBe('The server refused: Matching ID, expired.');
    expect(explainRefusal('8.99', 'toString')).toBe('The server refused: subject 8.99, reason toString.');
    expect(nameStatusCodes('8.2.6', '3.8')).toEqual({ subject: 'Matching ID', reason: 'Refused' });
    expect(nameStatusCodes('constructor', '')).toEqual({ subject: undefined, reason: undefined });
  });
});
