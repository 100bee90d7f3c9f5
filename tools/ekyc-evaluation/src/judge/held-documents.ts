import { EkycError, measureDocumentLight } from '@tegata/ekyc';
import { faultsOfPicture } from '@tegata/sample-applicant';
import type { EvaluationSet } from '../set/evaluation-set.ts';
import type { HeldEntry } from '../set/manifest.ts';
import { countedAs, type DocumentKindResult } from './document-presentations.ts';

// ISO/IEC 30107-3 of documents that are held before the camera in the light of a screen: the presentation attack detection is what a verification
// looks at in these frames, and nothing else: so each figure is that of one barrier.

/** What is measured of the frames: see `Scores.documentLight` of the engine. */
export interface HeldScores {
  readonly likeness: number;
  readonly correlation: number;
  readonly gain: number;
}

/** What lies under `held`, judged. */
export interface JudgedHeld extends HeldEntry {
  readonly set: string;
  /** `no response` where another picture of the document would be asked for before anything is held there, or a frame is no picture */
  readonly response: 'bona fide' | 'attack' | 'no response';
  /** reasons against the frames, or faults of the picture */
  readonly reasons: readonly string[];
  /** null where the document is not found in a frame of each colour */
  readonly scores: HeldScores | null;
}

/** What became of what was held there, of one kind. */
export interface HeldKindResult extends DocumentKindResult {
  /** smallest, median and largest value of those in which the document was found */
  readonly spread: Readonly<Record<keyof HeldScores, readonly [least: number, middle: number, most: number]>> | null;
}

/** Judges what lies under `held`, one after the other. Three seconds each. */
export async function judgeHeld(
  sets: readonly EvaluationSet[],
  told: (held: JudgedHeld) => void,
): Promise<JudgedHeld[]> {
  const judged: JudgedHeld[] = [];
  for (const { set, entry } of sets.flatMap((one) => one.manifest.held.map((entry) => ({ set: one, entry })))) {
    const { sent, frames } = set.held(entry);
    const faults = (await faultsOfPicture(sent)) ?? [];
    const judgement = faults.length > 0 ? noResponse(faults) : await lightOf(entry, sent, frames);
    judged.push({ set: set.directory, ...entry, ...judgement });
    told(judged.at(-1)!);
  }
  return judged;
}

type Judgement = Pick<JudgedHeld, 'response' | 'reasons' | 'scores'>;

const noResponse = (reasons: readonly string[]): Judgement => ({ response: 'no response', reasons, scores: null });

async function lightOf({ colours }: HeldEntry, sent: Uint8Array, frames: readonly Uint8Array[]): Promise<Judgement> {
  try {
    const { checks, scores } = await measureDocumentLight(sent, colours, frames);
    const reasons = [...new Set(checks.flatMap(({ held, reason }) => (held ? [] : [reason])))];
    return { response: reasons.length === 0 ? 'bona fide' : 'attack', reasons, scores: scores.documentLight };
  } catch (error) {
    if (error instanceof EkycError) return noResponse([error.code]);
    throw error;
  }
}

/** Results by what is before the camera: genuine documents first, then as they come. */
export function heldKinds(held: readonly JudgedHeld[]): HeldKindResult[] {
  const kinds = [...new Set(held.map(({ kind }) => kind))].sort(
    (a, b) => Number(b === 'genuine') - Number(a === 'genuine'),
  );
  return kinds.map((kind) => {
    const ofKind = held.filter((one) => one.kind === kind);
    const counted = countedAs(
      kind,
      kind === 'genuine' ? 'genuine' : 'attack',
      ofKind.map(({ response, reasons }) => ({ response, faults: reasons })),
    );
    const found = ofKind.flatMap(({ scores }) => scores ?? []);
    const spread =
      found.length === 0
        ? null
        : {
            likeness: spreadOf(found, 'likeness'),
            correlation: spreadOf(found, 'correlation'),
            gain: spreadOf(found, 'gain'),
          };
    return { ...counted, spread };
  });
}

function spreadOf(found: readonly HeldScores[], name: keyof HeldScores): [number, number, number] {
  const sorted = found.map((scores) => scores[name]).sort((a, b) => a - b);
  return [sorted[0]!, sorted[sorted.length >> 1]!, sorted.at(-1)!];
}
