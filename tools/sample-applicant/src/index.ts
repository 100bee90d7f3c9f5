export { anotherPerson, skippedPrompt, splicedPerson, stillRepeated, wrongMotion } from './attacks.ts';
export type { SampleChip } from './document-chip.ts';
export { type FlatPictureOptions, showFlatPicture } from './flat-picture.ts';
export { drawIdentityDocument } from './identity-document.ts';
export { drawJapaneseCard, JAPANESE_CARDS, type JapaneseCard } from './japanese-card.ts';
export { CAPTURE_NAMES, type CaptureName } from './motion.ts';
export {
  type InventedIdentity,
  type InventedResident,
  SAMPLE_PEOPLE,
  SAMPLE_RESIDENT,
  type SamplePerson,
} from './people.ts';
export { type Portrait, portraitOf, samplePortrait } from './portrait-photo.ts';
export {
  captureFor,
  inOrder,
  MORE_DOCUMENTS,
  type MoreDocument,
  type RenderOptions,
  renderApplicant,
  renderSampleApplicant,
  type SampleApplicant,
  withColours,
} from './sample-applicant.ts';
