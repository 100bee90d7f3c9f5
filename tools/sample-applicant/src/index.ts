export { anotherPerson, skippedPrompt, splicedPerson, stillRepeated, wrongMotion } from './attacks.ts';
export { photograph } from './camera.ts';
export { chipPortrait, issueSampleChip, type SampleChip } from './document-chip.ts';
export { type FlatPictureOptions, showFlatPicture } from './flat-picture.ts';
export { buildHeadModel, type HeadModel } from './head-model.ts';
export { drawIdentityDocument } from './identity-document.ts';
export {
  drawJapaneseCard,
  inBothYears,
  inEra,
  inFigures,
  JAPANESE_CARDS,
  type JapaneseCard,
  licenceNumber,
} from './japanese-card.ts';
export { machineReadableZone } from './machine-readable-zone.ts';
export { CAPTURE_NAMES, type CaptureName } from './motion.ts';
export {
  type InventedIdentity,
  type InventedResident,
  SAMPLE_PEOPLE,
  SAMPLE_RESIDENT,
  type SamplePerson,
} from './people.ts';
export {
  type Picture,
  PORTRAIT_SIDE,
  type Portrait,
  packagedPortraits,
  portraitJpeg,
  portraitOf,
  samplePortrait,
} from './portrait-photo.ts';
export {
  DOCUMENT_ATTACK_KINDS,
  type DocumentAttackKind,
  type DocumentPlan,
  renderDocument,
} from './recapture/document-kinds.ts';
export { HELD_SIDE } from './recapture/held-document.ts';
export {
  HELD_ATTACK_KINDS,
  type HeldAttackKind,
  type HeldDocumentPlan,
  renderHeldDocument,
} from './recapture/held-kinds.ts';
export { faultsOfPicture } from './recapture/picture-to-send.ts';
export {
  captureFor,
  documentPhoto,
  inOrder,
  MORE_DOCUMENTS,
  type MoreDocument,
  type RenderOptions,
  renderApplicant,
  renderSampleApplicant,
  type SampleApplicant,
  withColours,
} from './sample-applicant.ts';
export { type SeededRandom, seededRandom } from './seeded-random.ts';
export {
  ATTACK_KINDS,
  type AttackKind,
  KINDS_OF_TWO,
  octets,
  renderSession,
  type SessionPlan,
} from './session-kinds.ts';
export { drawConditions, Sitting, type SittingConditions } from './sitting.ts';
