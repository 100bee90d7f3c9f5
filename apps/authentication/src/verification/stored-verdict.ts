import type { Verdict } from '@tegata/ekyc';

/** Checks and scores as the audit record keeps them: figures, nothing of the pictures. */
export const storedVerdict = ({ outcome, scores, checks, models }: Verdict) =>
  JSON.parse(JSON.stringify({ outcome, scores, checks, models })) as object;
