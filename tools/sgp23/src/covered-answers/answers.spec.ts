import { readFileSync } from 'node:fs';
import { refusalNames, refusals } from '@tegata/rsp';
import { answersPage, renderAnswers, unproven } from './answers-page.ts';
import { testsThatName } from './proving-tests.ts';
import { euiccAnswers, serverAnswers } from './required-answers.ts';

describe('the refusals of SGP.22', () => {
  it('are each named by a test of their function', () => {
    expect(unproven([...serverAnswers, ...euiccAnswers])).toEqual([]);
  });

  it('are all that a server can give, and no others', () => {
    const required = new Set(serverAnswers.flatMap(({ answers }) => Object.keys(answers)));
    const given = new Set(refusalNames.map((name) => `${refusals[name].subjectCode}/${refusals[name].reasonCode}`));
    expect(required).toEqual(given);
  });

  it('are written down as they are', () => {
    expect(readFileSync(answersPage, 'utf8')).toBe(renderAnswers());
  });

  it('are found by themselves, not as parts of others, and in the tests of their function alone', () => {
    const place = { id: 'TC_SM-DP+_ES9+.InitiateAuthentication' };
    expect(testsThatName('8.8.1/3.8', place).map(({ title }) => title)).toEqual([
      'TC_SM-DP+_ES9+.InitiateAuthenticationNIST #03: an invalid server address',
    ]);
    expect(testsThatName('8.8.1/3', place)).toEqual([]);
    expect(testsThatName('8.1/3.8', place)).toEqual([]);
    expect(testsThatName('8.2.7/3.8', place)).toEqual([]);
  });
});
