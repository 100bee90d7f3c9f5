import type { ScreenColour } from '@tegata/ekyc';
import type { SeededRandom } from '../seeded-random.ts';
import { type DocumentPlan, documentPage } from './document-kinds.ts';
import { drawHeldConditions, type HeldConditions, photographHeld } from './held-document.ts';
import { pictureToSend } from './picture-to-send.ts';
import type { DrawnPage } from './recaptured-document.ts';

/** Attacks on a document's answer to the light of the screen by their names in manifests, and what each is. */
export const HELD_ATTACK_KINDS = {
  heldScreen: 'held in the light of a screen: another screen, in a hand, that shows the document',
  heldScreenOnStand: 'such a screen on a stand, nothing lit beside it',
  heldUnlit: 'the document, recorded before the screen was on',
  heldOtherOrder: 'the document, lit by the colours in another order',
  heldOther: "somebody else's document of the kind",
  heldPrint: 'a good print of the document, which reflects light as the document does',
} as const;
export type HeldAttackKind = keyof typeof HELD_ATTACK_KINDS;

/** What there is to be held, and how. */
export interface HeldPlan {
  readonly page: DrawnPage;
  /** the page of somebody else's document of the kind */
  readonly otherPage: () => Promise<DrawnPage>;
  /** the colours that are shown, in their order */
  readonly colours: readonly ScreenColour[];
  readonly conditions: HeldConditions;
  /** places by which another order is turned: two to four make it none of the seven that answer the right one by chance */
  readonly turn: number;
}

/** The frames of what is held, one for each colour. Three seconds, of a print ten. */
export async function photographHeldAs(
  kind: HeldAttackKind | 'genuine',
  { page, otherPage, colours, conditions, turn }: HeldPlan,
  random: SeededRandom,
): Promise<Uint8Array[]> {
  switch (kind) {
    case 'genuine':
      return photographHeld('document', page, colours, conditions, random);
    case 'heldScreen':
      return photographHeld('screen', page, colours, conditions, random);
    case 'heldScreenOnStand':
      return photographHeld('screen', page, colours, { ...conditions, fingers: 'none', strengthBehind: 0 }, random);
    case 'heldUnlit':
      return photographHeld('document', page, new Array(colours.length).fill(undefined), conditions, random);
    case 'heldOtherOrder':
      return photographHeld('document', page, [...colours.slice(turn), ...colours.slice(0, turn)], conditions, random);
    case 'heldOther':
      return photographHeld('document', await otherPage(), colours, conditions, random);
    case 'heldPrint':
      return photographHeld('print', page, colours, conditions, random);
  }
}

/** Whose documents there are, and what is shown while one of them is held there. */
export interface HeldDocumentPlan {
  readonly document: DocumentPlan;
  /** somebody else's of the kind */
  readonly other: DocumentPlan;
  readonly colours: readonly ScreenColour[];
  /** side of the frames, pixels */
  readonly side: number;
}

/** Photographs a document as it is sent, and then what is held before the camera in the light of a screen. Five to twenty seconds. */
export async function renderHeldDocument(
  kind: HeldAttackKind | 'genuine',
  { document, other, colours, side }: HeldDocumentPlan,
  random: SeededRandom,
): Promise<{ sent: Uint8Array; frames: Uint8Array[] }> {
  const page = await documentPage(document, random);
  const sent = await pictureToSend(page, random);
  const conditions = drawHeldConditions(page.width, random, side);
  const turn = 2 + Math.floor(3 * random.next());
  const otherPage = () => documentPage(other, random);
  const plan = { page, otherPage, colours, conditions, turn };
  return { sent, frames: await photographHeldAs(kind, plan, random) };
}
