export type VaultErrorCode =
  /** The data key was deleted: nobody can read this any more. */
  | 'ERASED'
  /** Encrypted under a key-encryption key that this vault does not have. */
  | 'UNKNOWN_KEY'
  /** Not what was sealed for this place: changed, cut, or moved from another row. */
  | 'TAMPERED'
  /** Not in the form of sealed data at all. */
  | 'MALFORMED';

const MESSAGES: Record<VaultErrorCode, string> = {
  ERASED: 'the data has been erased',
  UNKNOWN_KEY: 'the key-encryption key of the data is not available',
  TAMPERED: 'the data is not what was stored in this place',
  MALFORMED: 'the data is not in the form of sealed data',
};

/** Stored data cannot be opened. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
  readonly code: VaultErrorCode;

  constructor(code: VaultErrorCode) {
    super(MESSAGES[code]);
    this.code = code;
  }
}
