import type { DocumentPicture } from '@tegata/document-picture';
import type { JapaneseDocument, PrintedFields } from './printed-fields.ts';
import type { MrzReading } from './read-mrz.ts';

/** Identity documents that are told apart. */
export type DocumentType =
  /** passport: machine readable zone of two lines of 44 characters */
  | 'passport'
  /** another travel document with a machine readable zone, cards above all */
  | 'identity-card'
  | JapaneseDocument;

/** What was read from the picture of a document. It holds personal data. */
export interface DocumentReading {
  readonly picture: DocumentPicture;
  /** undefined where it is none of those that are known */
  readonly type: DocumentType | undefined;
  /** whether it is the side of a My Number card with the number: then nothing else was kept */
  readonly numberSide: boolean;
  readonly mrz: MrzReading | undefined;
  /** fields of a Japanese document */
  readonly printed: PrintedFields;
  /** lines above a machine readable zone, as read */
  readonly printedText: readonly string[];
  /** packages and versions that read */
  readonly models: string;
}
