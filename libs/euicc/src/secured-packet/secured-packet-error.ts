/** Response status codes (ETSI TS 102 225 table 5). */
export const RESPONSE_STATUS = {
  POR_OK: 0x00,
  RC_CC_DS_FAILED: 0x01,
  CNTR_LOW: 0x02,
  CNTR_HIGH: 0x03,
  CNTR_BLOCKED: 0x04,
  CIPHERING_ERROR: 0x05,
  /** the command packet can't be interpreted */
  UNIDENTIFIED_SECURITY_ERROR: 0x06,
  INSUFFICIENT_MEMORY: 0x07,
  TAR_UNKNOWN: 0x09,
  INSUFFICIENT_SECURITY_LEVEL: 0x0a,
} as const;
export type ResponseStatus = keyof typeof RESPONSE_STATUS;

/** A packet that is refused, by the response status code that says why. The message never holds key material. */
export class SecuredPacketError extends Error {
  readonly code: Exclude<ResponseStatus, 'POR_OK'>;

  constructor(code: Exclude<ResponseStatus, 'POR_OK'>, message: string) {
    super(message);
    this.name = 'SecuredPacketError';
    this.code = code;
  }
}

/** What can't be interpreted. */
export function unidentified(message: string): SecuredPacketError {
  return new SecuredPacketError('UNIDENTIFIED_SECURITY_ERROR', message);
}
