import type { Prompt } from './prompt.ts';

/** What a capture has to consist of. */
export const CAPTURE_LIMITS = {
  /** frames looking straight, before the first motion */
  minBaselineFrames: 3,
  maxBaselineFrames: 10,
  /** frames for each motion */
  minFramesPerPrompt: 4,
  maxFramesPerPrompt: 12,
  /** frames for each colour of the screen */
  minFramesPerColour: 1,
  maxFramesPerColour: 3,
  /** frames in all but those of the document, whose number is bounded by its colours */
  maxFrames: 48,
  /** milliseconds from the first frame to the last: less than the life of a capture */
  maxDurationMs: 45_000,
  /** milliseconds more where the document is to be held before the camera, which has to be taken up first */
  documentMs: 12_000,
  /** milliseconds between two frames of one prompt */
  maxGapMs: 3_000,
  /** milliseconds from the last frame of a prompt to the first of the next, which has to be asked for, told and understood */
  maxPromptGapMs: 10_000,
} as const;

/**
 * Limits of every judgement. Angles in degrees, distances between descriptors without unit (Euclidean), lengths in eye
 * distances (ED) where not said otherwise.
 *
 * What was measured stands beside each limit: "genuine" over 44 rendered captures of 11 people, "flat" and "bent" over
 * photographs of them turned before a rendered camera, "photos" over real photographs of 102 people.
 * docs/ekyc-measurements.md says how, and what it is worth.
 */
export const THRESHOLDS = {
  /**
   * mean grey level of a frame; 14 rendered genuine sessions 69 to 206. One of them made darker passes at 27 and 18 and counts as frozen at 11; made
   * brighter it passes at 244, is uncertain at 251 and somebody else at 253. The terminal sends nothing under 30 or over 228
   */
  minBrightness: 15,
  maxBrightness: 252,
  /** share of frames that may be darker, or brighter */
  maxUnlitShare: 0.5,

  /**
   * how many times steeper the edges of the face are than blurred once more; rendered genuine 1.31 to 1.87, one person of 16 from 1.24, through a camera of 120 pixels from 1.30, blurred
   * until the person is somebody else up to 1.29, until it is uncertain up to 1.50. It refuses nothing
   */
  minSharpness: 1.28,
  /** of whoever is recognised all the same; refused attacks by a sharp face with few hard edges from 1.24, a recognised one whose motions a blur had hidden 1.09 */
  minRecognisedSharpness: 1.2,

  /** eye distance in a frame, pixels; camera frames of 480 pixels have 60 to 90 at arm's length */
  minEyeDistance: 36,
  /** share of frames that may be without a face; the detector missed none of the rendered ones */
  maxFacelessShare: 0.15,
  /**
   * area that a face of a frame shares with the same face found in the mirror image, over what both cover: 0.56 to 0.99 for both faces of 30
   * pictures of two people, up to 0.20 for 16 that were none
   */
  minMirroredOverlap: 0.4,
  /** area of a second face against the first */
  maxSecondFaceShare: 0.35,

  /** how far from straight the baseline may be; photos looking straight: yaw sd 2.3, pitch up to 13 from person to person */
  maxBaselineYaw: 14,
  maxBaselinePitch: 20,
  /** how much is seen of the eyes, looking straight; genuine from 0.67, behind drawn clear lenses 0.54, behind those that let a fifth of the light through up to 0.54 */
  minEyeLight: 0.545,
  /** of the eye of which less is seen; genuine from 0.38, behind drawn clear lenses 0.27, a drawn hand up to 0.14, a mirroring lens 0.04 */
  minEyeContrast: 0.22,

  /** how far a motion must go from the baseline; genuine from 25, 25, 15, 13; flat turned by 40 up to 10, 10, 14, 1 */
  minMotion: { left: 18, right: 18, up: 10, down: 8 } satisfies Record<Prompt, number>,
  /**
   * planarity residual at the peak, ED, against the sine of the angle: 0.31 for the mean head that turns, 0.45 nodding; genuine from 0.217, 0.202, 0.192, 0.308; flat
   * ones that made a motion up to 0.207, 0.226, 0.177, 0.096, bent ones as genuine
   */
  minParallax: { left: 0.15, right: 0.15, up: 0.13, down: 0.2 } satisfies Record<Prompt, number>,
  /**
   * relief against the mean of the angle's sines by pose and by foreshortening; genuine 0.76, 0.81, 0.59, 0.74 in the mean, bent to a radius of 1 to
   * 1.8 ED 0.53, 0.54, 0.38, 0.35. All motions together have to reach it: their weighted mean, in limits, is from 1.01 for genuine (but for
   * one face from 1.11), up to 0.99 for bent
   */
  minRelief: { left: 0.6, right: 0.6, up: 0.44, down: 0.5 } satisfies Record<Prompt, number>,

  /**
   * from one frame to the next: rotation, shift (ED), change of scale (ratio); genuine up to 32, 0.39, 1.11. A quick motion goes from rest to its peak in
   * one step, and peaks are read up to 43
   */
  maxPoseStep: 45,
  maxShiftStep: 1.2,
  maxScaleStep: 1.35,

  /** a frame is near-frontal up to this far from the baseline */
  nearFrontal: 12,
  /** descriptor of a frame against the mean of the baseline; genuine up to 0.56, a chin lifted far apart; somebody else from 0.66 */
  maxFrontalIdentity: 0.6,
  maxTurnedIdentity: 0.62,
  /** descriptor of a frame against that of the frame before; genuine up to 0.44, somebody else from 0.68 */
  maxIdentityStep: 0.55,

  /**
   * lifting the chin, as read, from which on the person need not be recognised; genuine descriptors up to 0.56 elsewhere, up to 0.81 beyond.
   * Real heads lifted by 45 are told apart at an equal error rate of 17 %
   */
  maxSureLift: 25,
  /** share of frames lifted so far in which the person is not recognised; genuine up to 0.17 */
  maxUnrecognisedShare: 0.25,

  /** grey levels by which 64 x 64 thumbnails of two frames differ at least, or the picture stood still */
  minThumbnailDifference: 0.35,
  /** share of pairs of frames that may stand still; genuine 0, a still picture 1 */
  maxFrozenShare: 0.2,

  /** contrast of a frame's view without its shading, grey levels: a frame with less shows nothing that could be known again; rendered from 6.5, an even picture with a grain of 8 up to 0.55 */
  minViewContrast: 1,
  /** share of frames whose view another capture had; rendered captures of one person in one place up to 0.03, sent again as JPEGs of quality 60 from 0.17 (held out 0.03 and 0.36) */
  maxSeenViews: 0.15,

  /**
   * how the colour of the face follows the screen's: correlation, and change of the logarithm for a full change of the screen.
   * Rendered only, lit by 8 to 25 % of the room's light: genuine from 0.95 and 0.046, not lit up to 0.40 and 0.006
   */
  minLightCorrelation: 0.8,
  minLightGain: 0.015,
  /**
   * the same of what is printed on a document that is held before the camera, and how like the least like of its parts are to those of the picture that
   * was sent (correlation). Rendered only: documents from 0.98, 0.071 and 0.68; not lit up to 0.81 and 0.006, screens up to 0.71 and 0.007; somebody else's document of
   * the kind is not found, or like up to 0.60
   */
  minDocumentLightCorrelation: 0.8,
  minDocumentLightGain: 0.02,
  minDocumentLikeness: 0.62,

  /**
   * mean baseline descriptor against the portrait: accepted up to the first, looked at up to the second, refused beyond.
   * Photos: genuine up to 0.447, others from 0.456; degraded document portraits: genuine up to 0.462, others from 0.66
   */
  acceptMatch: 0.45,
  refuseMatch: 0.55,
  /**
   * the live face is the portrait's own photograph: detail correlates at least so, and descriptors are at most so far.
   * Genuine correlation up to 0.79, of two photographs of one sitting up to 0.84
   */
  samePhotoCorrelation: 0.9,
  samePhotoDistance: 0.17,

  /** confidence of the mesh that a document's portrait is a face; portraits 1.00, nothing found on pages without */
  minPortraitScore: 0.5,
  /** from here on the portrait is not looked for the other way up; upright 1.00, upside down up to 0.94 */
  surePortraitScore: 0.97,
  /** eye distance of the portrait, pixels; down to this, distances on four documents change by at most 0.04 */
  minPortraitEyeDistance: 24,
  /** eye distance of the portrait against the shorter side of a document page: more is a face alone; pages have up to 0.09 */
  maxPortraitShare: 0.15,
  /**
   * eye distance, pixels, from which on another face on the document tells who it is, with the confidence of `surePortraitScore`. Rendered: photographs of
   * somebody else 26 and more, seen with 0.99 and 1.00; of ghost images those with 0.57 to 0.90 are 0.56 to 0.87 from the portrait, as are specks of print of 5 and 12 pixels
   */
  minOtherEyeDistance: 16,
  /** how far it may be from the portrait: it is a ghost image up to here. Rendered: ghost images 0.48, somebody else from 0.63 */
  ghostPortraitDistance: 0.55,
} as const;

/**
 * Limits of what is read from a document. Confidence as Tesseract gives it, 0 to 100, of the line a field stands in: fields that were read
 * right had 87 and more on generated and development documents. Limits of the picture itself: `PICTURE_LIMITS`.
 */
export const TEXT_THRESHOLDS = {
  /** a field read with less is not legible; a licence number that two engines read differently has 50 at most */
  minConfidence: 60,
  /** with less, what differs may be misread: the picture is taken again; from here on it counts */
  sureConfidence: 80,
  /** places in which the two readers of a machine readable zone may differ; on good pictures one at most */
  maxDifferingPlaces: 2,
  /** lines above a machine readable zone from which on what is not among them counts as missing; passports have 11 to 13 */
  minPrintedLines: 4,
  /** a name of so many letters that differs in one of them may be misread or mistyped: somebody has to look */
  minUncertainName: 3,
  /** an address that differs in this share of its characters likewise */
  maxUncertainAddress: 0.15,
  /** characters of an address at least for the rest of the other to be a building or a room */
  minAddress: 8,
  /** nobody is older, and no document in use is valid for longer: ten years and some months */
  maxAgeDays: 44_200,
  maxValidityDays: 4_020,
} as const;

/** Side of the thumbnails that are compared to see whether a picture stands still. */
export const THUMBNAIL_SIDE = 64;
