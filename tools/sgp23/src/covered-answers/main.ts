// Writes docs/refusals.md.
import { writeFileSync } from 'node:fs';
import { answersPage, renderAnswers } from './answers-page.ts';

writeFileSync(answersPage, renderAnswers());
