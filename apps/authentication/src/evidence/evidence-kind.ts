import type { IdentityDocuments } from '@tegata/contracts/authentication-v1';
import type { DocumentKind, DocumentOutcome, FaceReference, Reason } from '@tegata/ekyc';
import type { AuthenticationContext } from '../context.ts';

/** A portrait that the live face is compared with. */
export interface EvidencePortrait {
  /** picture of the document, or the portrait alone */
  readonly picture: Uint8Array;
  readonly kind: DocumentKind;
  /** descriptor that was kept of it */
  readonly reference?: Pick<FaceReference, 'descriptor' | 'models'>;
  /** why it is refused where it can't be compared; absent where another picture may help, and the engine says which */
  readonly unusable?: { readonly code: string; readonly sentence: string };
}

/** What a certificate says an identity was verified by (docs/certificate-profile.md). */
export interface EvidenceGrade {
  readonly method: string;
  readonly evidenceClass: string;
  readonly assuranceLevel: number;
}

/** Evidence that was looked at and can be used. */
export interface ExaminedEvidence {
  /** undefined for evidence that proves who holds it without a face */
  readonly portrait: EvidencePortrait | undefined;
  /** set where this evidence is more than others of its kind */
  readonly grade?: EvidenceGrade;
  /** checks for the audit record; nothing that was read */
  readonly audit?: object;
  /** what the certificate will hold digests of */
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
  /** set where an earlier verification is what counts */
  readonly earlier?: EarlierEvidence;
}

/** An earlier verification of the same person, whose certificate gives way to the one that is asked for. */
export interface EarlierEvidence {
  readonly grade: EvidenceGrade;
  readonly verifiedAt: Date;
  /** the end of the earlier certificate: what was verified once lasts no longer by changing devices */
  readonly expiresAt: Date;
  /** serial number of the earlier certificate */
  readonly serialNumber: string;
  /** SHA-256 of the transfer statement, which is used once */
  readonly transferDigest: Uint8Array<ArrayBuffer>;
}

/** What was read from evidence. It is kept, encrypted, with the documents. */
export interface EvidenceReading {
  readonly outcome: DocumentOutcome;
  /** empty when accepted */
  readonly reasons: readonly Reason[];
  /** what the certificate will hold digests of; personal data */
  readonly attributes: ExaminedEvidence['attributes'];
  /** last day of the document, YYYY-MM-DD; absent where none was read: it may pass before the evidence is decided */
  readonly expiryDate?: string | undefined;
  /** figures for the audit record; nothing that was read */
  readonly audit: object;
}

/** What evidence has to be made for, where it can be. */
export interface EvidenceBinding {
  readonly contractId: string;
  readonly eid: string;
  /** the contract's, as the eUICC has signed it; undefined when it was compared before, and evidence is looked at again */
  readonly nonce: Uint8Array | undefined;
}

/** One kind of identity evidence. */
export interface EvidenceKindOfIdentity {
  /** undefined where it is that of an earlier verification */
  readonly grade: EvidenceGrade | undefined;
  /** what the best evidence of the kind counts as; absent: all of it as `grade` */
  readonly bestGrade?: EvidenceGrade;
  /**
   * Looks at what the applicant handed in. Cheap and repeatable: done when a verification is opened, and again when it is judged.
   * @throws ServiceError FAILED_PRECONDITION with the reason and a sentence for the applicant
   */
  examine(
    context: AuthenticationContext,
    documents: IdentityDocuments,
    binding: EvidenceBinding,
  ): ExaminedEvidence | Promise<ExaminedEvidence>;
  /**
   * Reads what takes seconds, once, when a verification is opened. Absent where the examination tells all. Its attributes take the place of
   * the examination's.
   * @throws EkycError when nothing can be read now
   */
  readonly read?: (
    context: AuthenticationContext,
    documents: IdentityDocuments,
    signal: AbortSignal | undefined,
  ) => Promise<EvidenceReading>;
}
