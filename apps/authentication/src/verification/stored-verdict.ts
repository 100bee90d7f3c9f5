import type { Verdict } from '@tegata/ekyc';
import type { EvidenceReading, ExaminedEvidence } from '../evidence/evidence-kind.ts';

/** Checks and scores as the audit record keeps them: figures, nothing of the pictures and nothing that was read. */
export const storedVerdict = (
  { outcome, scores, checks, models }: Verdict,
  reading: EvidenceReading | undefined,
  { audit: evidence }: Pick<ExaminedEvidence, 'audit'>,
) => JSON.parse(JSON.stringify({ outcome, scores, checks, models, document: reading?.audit, evidence })) as object;
