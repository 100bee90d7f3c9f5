import type { Ask, FrameFault } from './camera.ts';

/**
 * What the terminal and its capture page say to each other over the loopback. The page shows the state it is given and nothing else; it asks for the next one
 * with the version it has, and is answered when there is one. The terminal checks whatever comes back.
 */

/** Why a picture of the document is not sent (`@tegata/document-picture`), or is none at all. */
export type DocumentFault =
  | 'DOCUMENT_NOT_LOCATED'
  | 'DOCUMENT_NOT_ALONE'
  | 'DOCUMENT_EDGE_CUT'
  | 'DOCUMENT_TOO_FAR'
  | 'DOCUMENT_BLURRED'
  | 'DOCUMENT_GLARE'
  | 'DOCUMENT_COPY'
  | 'DOCUMENT_RECAPTURED'
  | 'DOCUMENT_UNREADABLE';

/** A reason for the person: a sentence in English as it was received, and in Japanese where there is one. */
export interface Told {
  readonly code: string;
  readonly en: string;
  readonly ja?: string | undefined;
}

/** Why what was sent before is asked for again. */
export interface RefusedBefore {
  readonly reasons: readonly Told[];
  readonly triesLeft: number | undefined;
}

/** What the page shows. */
export type PageView =
  /** the document is to be photographed */
  | { readonly kind: 'document'; readonly refused: RefusedBefore | undefined }
  /** the person is to place the face in the oval and to begin */
  | { readonly kind: 'ready'; readonly refused: RefusedBefore | undefined }
  | {
      readonly kind: 'prompt';
      readonly ask: Ask;
      readonly promptNumber: number;
      readonly promptsTotal: number;
      /** counts the times that this prompt is shown, from 0 */
      readonly attempt: number;
      /** frames wanted; of colours, for each of them */
      readonly frames: number;
      readonly again: FrameFault | undefined;
    }
  | { readonly kind: 'wait'; readonly what: 'application' | 'prompt' | 'decision' }
  | { readonly kind: 'end'; readonly complete: true }
  | { readonly kind: 'end'; readonly complete: false; readonly why: Told };

/** How fast the page goes on, in milliseconds. */
export interface Pace {
  /** from showing a prompt to the first frame */
  readonly lead: number;
  /** between frames, by the camera's own clock */
  readonly interval: number;
  /** a colour is shown before its frame is taken */
  readonly light: number;
}

/** What the page is told. */
export interface PageState {
  /** grows with each change */
  readonly version: number;
  readonly pace: Pace;
  readonly view: PageView;
}

/** Answer to the token of the link. */
export interface PageSessionAnswer {
  readonly session: string;
}

/** Answer to a picture of the document. */
export interface DocumentAnswer {
  /** nothing where the picture is taken */
  readonly faults: readonly DocumentFault[];
}

/** Answer to a request that is refused. */
export interface PageRefusalAnswer {
  readonly error: string;
}

/** Most octets of a frame and of a picture of the document. */
export const maxFrameOctets = 524_288;
export const maxDocumentOctets = 5_242_880;

/** Sides of the square frames that the page takes, pixels: of the face, and at most of the document, whose print is to be recognised; smaller ones than the last are none. */
export const frameSide = 480;
export const documentFrameSide = 640;
export const leastFrameSide = 240;
