import { CscaTrust, EmrtdRefusal, verifyChip } from '@tegata/emrtd';
import type { EvaluationSet } from '../set/evaluation-set.ts';
import type { ChipEntry } from '../set/manifest.ts';

/** A chip, verified. */
export interface JudgedChip extends ChipEntry {
  readonly set: string;
  /** why it was refused; undefined where it is believed */
  readonly refusal: string | undefined;
  /** whether it was believed or refused as the set says, and the zone of a believed one is the one the set has */
  readonly right: boolean;
}

/** Verifies every chip against the certificate that lies beside it, at a time. */
export function judgeChips(sets: readonly EvaluationSet[], at: Date): JudgedChip[] {
  return sets.flatMap((set) =>
    set.manifest.chips.map((entry) => {
      const { refusal, zone } = verified(set, entry, at);
      const believed = refusal === undefined;
      const right = believed ? entry.expect === 'valid' && zone === entry.mrz : entry.expect === 'invalid';
      return { set: set.directory, ...entry, refusal, right };
    }),
  );
}

function verified(set: EvaluationSet, entry: ChipEntry, at: Date): { refusal?: string; zone?: string } {
  const { files, csca } = set.chip(entry);
  try {
    const { mrz } = verifyChip(files, new CscaTrust({ certificates: [csca] }), at);
    return { zone: mrz.lines.join('') };
  } catch (error) {
    if (error instanceof EmrtdRefusal) return { refusal: error.code };
    throw error;
  }
}
