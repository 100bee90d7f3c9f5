import { identityDocumentDesign } from '../identity-document.ts';
import { type JapaneseCard, japaneseCardDesign } from '../japanese-card.ts';
import type { InventedIdentity, InventedResident } from '../people.ts';
import type { Picture } from '../portrait-photo.ts';
import { drawnPage } from '../printed-page.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { type DrawnPage, type Presentation, photographedAs, type Rephotographed } from './recaptured-document.ts';

/** Attacks with the picture of a document by their names in manifests, and what each is. */
export const DOCUMENT_ATTACK_KINDS = {
  documentOnScreen: 'a screen that shows the document',
  documentHalftonePrint: 'a print of the document made of dots, by a laser printer or a press',
  documentInkjetPrint: 'a print of the document by an ink-jet printer',
} as const;
export type DocumentAttackKind = keyof typeof DOCUMENT_ATTACK_KINDS;

const PRESENTED: Readonly<Record<DocumentAttackKind | 'genuine', Presentation>> = {
  genuine: 'original',
  documentOnScreen: 'screen',
  documentHalftonePrint: 'halftone-print',
  documentInkjetPrint: 'inkjet-print',
};

/** A document of somebody, and their portrait on it; a document without one has none. */
export interface DocumentPlan {
  readonly document: JapaneseCard | 'passport';
  readonly identity: InventedIdentity;
  readonly resident: InventedResident;
  readonly portrait: Picture | undefined;
}

/** A passport's page or a card as it goes to the printer, twice as fine as it is designed. */
export async function documentPage(
  { document, identity, resident, portrait }: DocumentPlan,
  random: SeededRandom,
): Promise<DrawnPage> {
  const passport = document === 'passport';
  const design = passport ? identityDocumentDesign(identity) : japaneseCardDesign(document, resident);
  const shown = document === 'my-number-card-back' ? undefined : portrait;
  return {
    picture: await drawnPage(design, shown, random, 2),
    ...(passport ? { width: 125, height: 88 } : { width: 85.6, height: 54 }),
  };
}

/** Photographs a document, or a picture of it, by one and the same camera. Two to ten seconds. */
export async function renderDocument(
  kind: DocumentAttackKind | 'genuine',
  plan: DocumentPlan,
  random: SeededRandom,
): Promise<Rephotographed> {
  return photographedAs(PRESENTED[kind], await documentPage(plan, random), random);
}
