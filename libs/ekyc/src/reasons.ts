/** What has to be made anew for another try. */
export type ReasonAbout =
  /** the picture of the document */
  | 'document'
  /** the camera frames */
  | 'frames'
  /** either: the two do not fit together */
  | 'comparison';

interface ReasonEntry {
  readonly about: ReasonAbout;
  /** what a person can do about it */
  readonly sentence: string;
  /** the reason alone does not refuse: somebody has to look */
  readonly review?: true;
  /** the reason refuses nothing: it is told beside what does, of which it may be the cause */
  readonly beside?: true;
  /** another picture of the same document may do */
  readonly recapture?: true;
}

const table = {
  DOCUMENT_FORMAT_NOT_ACCEPTED: {
    about: 'document',
    sentence:
      'Send the document as a single JPEG, PNG or WebP picture, not transparent, nor an animation or another kind of file.',
  },
  DOCUMENT_UNREADABLE: {
    about: 'document',
    sentence: 'The picture of the document is damaged. Take or export it again.',
  },
  DOCUMENT_TOO_LARGE: {
    about: 'document',
    sentence: 'The picture of the document is too large. Send it with at most 5 megabytes and 40 megapixels.',
  },
  DOCUMENT_TOO_SMALL: {
    about: 'document',
    sentence: 'The picture of the document is too small. Photograph the page from nearer, at least 240 pixels high.',
  },
  DOCUMENT_NO_FACE: {
    about: 'document',
    sentence:
      'No portrait was found. Photograph the side with the portrait, flat, in even light and without reflections.',
  },
  DOCUMENT_SEVERAL_FACES: {
    about: 'document',
    sentence: 'Several different faces are in the picture. Photograph the document alone.',
  },
  DOCUMENT_PORTRAIT_TOO_SMALL: {
    about: 'document',
    sentence: 'The portrait is too small to compare. Photograph the document so that it fills the picture.',
  },
  DOCUMENT_NOT_A_DOCUMENT: {
    about: 'document',
    sentence: 'The picture shows a face only. Photograph the whole page or card that the portrait is on.',
  },
  DOCUMENT_NOT_LOCATED: {
    about: 'document',
    recapture: true,
    sentence: 'No document was found in the picture. Put it on a dark, plain surface and photograph it from above.',
  },
  DOCUMENT_NOT_ALONE: {
    about: 'document',
    recapture: true,
    sentence: 'Several documents are in the picture. Photograph one alone.',
  },
  DOCUMENT_EDGE_CUT: {
    about: 'document',
    recapture: true,
    sentence: 'An edge of the document is cut off. Photograph it with all four corners in the picture.',
  },
  DOCUMENT_TOO_FAR: {
    about: 'document',
    recapture: true,
    sentence: 'The document is too small in the picture. Photograph it from nearer, so that it fills the picture.',
  },
  DOCUMENT_BLURRED: {
    about: 'document',
    recapture: true,
    sentence: 'The document is blurred. Hold the camera still, wait until it has focused, and photograph it again.',
  },
  DOCUMENT_GLARE: {
    about: 'document',
    recapture: true,
    sentence:
      'Light is reflected by the document. Tilt it or turn the lamp away, and photograph it again without flash.',
  },
  DOCUMENT_COPY: {
    about: 'document',
    recapture: true,
    sentence: 'The picture has no colours. Photograph the document itself in colour, not a copy.',
  },
  DOCUMENT_RECAPTURED: {
    about: 'document',
    recapture: true,
    sentence: 'The picture seems to show a screen or a printed copy. Photograph the document itself.',
  },
  DOCUMENT_KIND_UNKNOWN: {
    about: 'document',
    recapture: true,
    sentence:
      'The kind of document was not recognised. Photograph the front of a passport, driving licence, My Number card or residence card.',
  },
  DOCUMENT_WRONG_SIDE: {
    about: 'document',
    recapture: true,
    sentence:
      'This side of the card has your number on it and is not to be sent. Photograph the side with the portrait.',
  },
  DOCUMENT_TEXT_UNREADABLE: {
    about: 'document',
    recapture: true,
    sentence: 'The text of the document could not be read. Photograph it from nearer, flat, sharp and in even light.',
  },
  DOCUMENT_MRZ_UNCERTAIN: {
    about: 'document',
    recapture: true,
    sentence:
      'The lines at the foot of the document could not be read for certain. Photograph it flat, sharp and whole.',
  },
  DOCUMENT_CHECK_DIGIT_WRONG: {
    about: 'document',
    sentence: 'The lines at the foot of the document contradict themselves. Use another document.',
  },
  DOCUMENT_EXPIRED: { about: 'document', sentence: 'The document has expired. Use one that is valid.' },
  DOCUMENT_DATES_IMPLAUSIBLE: {
    about: 'document',
    sentence: 'The dates on the document do not fit together. Use another document.',
  },
  DOCUMENT_NUMBER_UNSOUND: {
    about: 'document',
    review: true,
    sentence:
      'The number on the document is not formed as such numbers are. Use another document or a sharper picture.',
  },
  DOCUMENT_PRINT_DIFFERS: {
    about: 'document',
    review: true,
    sentence:
      'What the document prints is not what the lines at its foot say. Use another document or a sharper picture.',
  },
  DOCUMENT_NAME_DIFFERS: {
    about: 'document',
    sentence: 'The name on the document is not the one you typed. Apply with your name as the document has it.',
  },
  DOCUMENT_NAME_OTHER_WRITING: {
    about: 'document',
    sentence: 'The document has your name in another writing. Apply with your name as the document prints it.',
  },
  DOCUMENT_NAME_UNCERTAIN: {
    about: 'document',
    review: true,
    sentence:
      'The name on the document is nearly the one you typed. Check how you typed it, or send a sharper picture.',
  },
  DOCUMENT_BIRTH_DATE_DIFFERS: {
    about: 'document',
    sentence: 'The date of birth on the document is not the one you typed. Apply with the one on the document.',
  },
  DOCUMENT_ADDRESS_DIFFERS: {
    about: 'document',
    sentence: 'The address on the document is not the one you typed. Apply with the one on the document.',
  },
  DOCUMENT_ADDRESS_UNCERTAIN: {
    about: 'document',
    review: true,
    sentence:
      'The address on the document is nearly the one you typed. Check how you typed it, or send a sharper picture.',
  },
  DOCUMENT_IMAGE_ALONE: {
    about: 'document',
    review: true,
    sentence: 'A picture alone does not prove the document. Wait until a person has looked at it, or use its chip.',
  },
  FRAME_FORMAT_NOT_ACCEPTED: {
    about: 'frames',
    sentence: 'A camera frame is not a single JPEG, PNG or WebP picture. Use the capture application.',
  },
  FRAME_UNREADABLE: { about: 'frames', sentence: 'A camera frame is damaged. Take the pictures again.' },
  FRAME_TOO_LARGE: {
    about: 'frames',
    sentence: 'A camera frame is too large. Take the pictures with at most 512 kilobytes and 4 megapixels each.',
  },
  FRAME_TOO_SMALL: {
    about: 'frames',
    sentence: 'A camera frame is too small. Take the pictures with at least 240 pixels on the shorter side.',
  },
  FRAMES_TOO_FEW: {
    about: 'frames',
    sentence: 'There are too few pictures. Look straight for a moment, then make every motion slowly.',
  },
  FRAMES_TOO_MANY: { about: 'frames', sentence: 'There are too many pictures. Take about five for each motion.' },
  FRAMES_OUT_OF_ORDER: {
    about: 'frames',
    sentence: 'The pictures are not in the order of the motions. Take them again in one go.',
  },
  CAPTURE_TOO_SLOW: {
    about: 'frames',
    sentence: 'Taking the pictures was interrupted or took too long. Take them again in one go.',
  },
  FRAMES_TOO_DARK: {
    about: 'frames',
    sentence: 'The pictures are too dark. Put more light on your face and take them again.',
  },
  FRAMES_TOO_BRIGHT: {
    about: 'frames',
    sentence: 'The pictures are too bright. Turn away from the light and take them again.',
  },
  FRAMES_BLURRED: {
    about: 'frames',
    beside: true,
    sentence:
      'The pictures are blurred, which may be all that is wrong. Wipe the lens, hold the camera still, and have light on your face.',
  },
  FACE_NOT_FOUND: {
    about: 'frames',
    sentence:
      'Your face is missing in too many pictures. Stay in the picture, turn less far, and have light on your face.',
  },
  FACE_TOO_SMALL: { about: 'frames', sentence: 'Your face is too small in the pictures. Come nearer to the camera.' },
  SEVERAL_FACES: {
    about: 'frames',
    sentence: 'Somebody else is in the picture. Take the pictures alone, with no portraits behind you.',
  },
  EYES_COVERED: {
    about: 'frames',
    sentence:
      'Your eyes are covered or in the dark. Take off glasses that are dark or mirror, keep hands and hair away from your eyes, and let light fall on your face.',
  },
  NOT_LOOKING_STRAIGHT: {
    about: 'frames',
    sentence: 'Look straight into the camera, at eye height, until the first motion is asked for.',
  },
  PROMPT_NOT_PERFORMED: {
    about: 'frames',
    sentence:
      'A motion was not shown, or not far enough. Turn the head clearly to the side asked, lift or lower the chin well.',
  },
  PROMPT_WRONG_DIRECTION: {
    about: 'frames',
    sentence: 'A motion went the wrong way. Left and right are your own, and the camera must not mirror its pictures.',
  },
  FACE_FLAT: {
    about: 'frames',
    sentence: 'The face moves like a flat picture. Show your own face to the camera, not a photograph or a screen.',
  },
  MOTION_NOT_CONTINUOUS: {
    about: 'frames',
    sentence: 'The pictures do not follow each other. Move slowly and take all pictures in one go.',
  },
  PERSON_CHANGED: {
    about: 'frames',
    sentence: 'Not every picture shows the same person. Take all pictures of yourself, in steady light.',
  },
  PICTURE_FROZEN: {
    about: 'frames',
    sentence: 'The pictures repeat. Use the camera itself and not a recording, and check that it is not stuck.',
  },
  FRAMES_SEEN_BEFORE: {
    about: 'frames',
    sentence:
      'Pictures were sent before, or are there twice. Take new ones with a camera; pictures of a folder are taken only by servers that allow repeats.',
  },
  SCREEN_LIGHT_NOT_SEEN: {
    about: 'frames',
    sentence:
      'The light of the screen does not show on the face. Make the screen bright, come nearer, and stay out of the sun.',
  },
  DOCUMENT_NOT_SHOWN: {
    about: 'frames',
    sentence:
      'The document was not seen before the camera in every colour. Hold the side with the portrait still and whole, so that it fills most of the picture.',
  },
  DOCUMENT_CHANGED: {
    about: 'frames',
    sentence: 'What was held before the camera is not the document of the picture. Hold the same document, uncovered.',
  },
  DOCUMENT_LIGHT_NOT_SEEN: {
    about: 'frames',
    sentence:
      'The light of the screen does not show on the document. Hold the document itself near a bright screen, and stay out of the sun.',
  },
  FACE_NOT_MATCHING: {
    about: 'comparison',
    sentence:
      'The face is not that of the document. Use your own document, and take pictures in good light without glasses.',
  },
  FACE_MATCH_UNCERTAIN: {
    about: 'comparison',
    review: true,
    sentence:
      'The face resembles the portrait, but not clearly enough. Take sharper pictures of the document and yourself.',
  },
  LIVE_FACE_IS_DOCUMENT_PHOTO: {
    about: 'comparison',
    review: true,
    sentence: 'The camera pictures look like the portrait itself. Show your own face to the camera.',
  },
} as const satisfies Record<string, ReasonEntry>;

/** Why somebody was not accepted. Stable; documented in docs/ekyc.md. */
export type ReasonCode = keyof typeof table;

/** A reason as a person or a program meets it. */
export interface Reason {
  readonly code: ReasonCode;
  /** English, says what to do about it */
  readonly sentence: string;
}

/** Every reason there is. */
export const REASONS: Readonly<Record<ReasonCode, ReasonEntry>> = table;

/** The reason with its sentence. */
export function reason(code: ReasonCode): Reason {
  return { code, sentence: REASONS[code].sentence };
}
