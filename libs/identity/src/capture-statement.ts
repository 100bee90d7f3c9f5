import { type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import { type Decoded, DerError, generalizedTime, integer, octets, sequence } from '@tegata/der';
import { eidElement } from './eid-octets.ts';
import { uuidElement } from './uuid-element.ts';

/** Why a statement over captured frames is refused. Stable; servers send it as the reason of their error. */
export type CaptureStatementErrorCode = keyof typeof sentences;

const sentences = {
  CAPTURE_STATEMENT_MALFORMED: "The eUICC's statement over the frames can not be read.",
  CAPTURE_SIGNATURE_INVALID: 'The frames are not signed by the eUICC of this contract.',
  CAPTURE_OF_ANOTHER_PROMPT: 'The frames were signed for another prompt or contract.',
  CAPTURE_CHAIN_BROKEN: 'Frames are missing, changed, or in another order than was signed.',
} as const;

/** A statement that is not accepted. */
export class CaptureStatementError extends Error {
  readonly code: CaptureStatementErrorCode;

  constructor(code: CaptureStatementErrorCode, options?: { cause?: unknown }) {
    super(sentences[code], options);
    this.name = 'CaptureStatementError';
    this.code = code;
  }
}

/** What an eUICC says about the frames of one prompt (S18): that they were in its device then, not what they show. */
export interface CaptureStatement {
  /** UUID in text form */
  readonly contractId: string;
  /** UUID in text form */
  readonly identityProofRequestId: string;
  readonly promptNumber: number;
  /** 32 octets */
  readonly promptNonce: Uint8Array;
  /** 32 digits */
  readonly eid: string;
  /** frames captured for this prompt */
  readonly frameCount: number;
  /** head of the chain after the last of them, 32 octets */
  readonly chainHead: Uint8Array;
  /** the terminal's time, to the second: an eUICC has no clock */
  readonly time: Date;
}

/** What is signed. A private tag of its own, like that of assertions: no signature can be passed off as another's. */
const StatedSchema = sequence(0xff57, {
  version: integer(0x80, 1, 1),
  contractId: uuidElement(0x81),
  identityProofRequestId: uuidElement(0x82),
  promptNumber: integer(0x83, 0, 255),
  promptNonce: octets(0x84, 32),
  eid: eidElement(0x5a),
  frameCount: integer(0x85, 1, 65_535),
  chainHead: octets(0x86, 32),
  time: generalizedTime(0x87),
});

const StatementSchema = sequence(0xff56, { stated: StatedSchema, euiccSignature: octets(0x5f37, 64) });

/** The octets an eUICC signs. @throws DerError for impossible values */
export function captureStatementOctets(statement: CaptureStatement): Uint8Array {
  const time = new Date(Math.floor(statement.time.getTime() / 1000) * 1000);
  return StatedSchema.encode({ version: 1, ...statement, time });
}

/**
 * Puts a statement together: DER with the tag FF56. The verifier knows the eUICC's key from the assertion of the contract.
 *
 * @param signed from `captureStatementOctets`
 * @param signature ECDSA with SHA-256 over them by the eUICC's key, r | s, 64 octets
 */
export function assembleCaptureStatement(signed: Uint8Array, signature: Uint8Array): Uint8Array {
  return StatementSchema.encode({ stated: signed, euiccSignature: signature });
}

/** What a statement must say to be accepted. */
export type ExpectedCapture = Omit<CaptureStatement, 'time'> & {
  /** key of the eUICC whose assertion opened the verification */
  readonly euiccKey: KeyObject;
};

/**
 * Verifies the statement over the frames of a prompt, over the octets received. The first thing that is wrong is told.
 *
 * @param expected with the chain head computed from the frames as received
 * @throws CaptureStatementError
 */
export function verifyCaptureStatement(received: Uint8Array, expected: ExpectedCapture): CaptureStatement {
  const { stated, euiccSignature } = parse(received);
  const { raw: signed, version: _, extensions: __, ...statement } = stated;
  const key = { key: expected.euiccKey, dsaEncoding: 'ieee-p1363' } as const;
  if (!verify('sha256', signed, key, euiccSignature)) throw new CaptureStatementError('CAPTURE_SIGNATURE_INVALID');
  const samePrompt =
    statement.contractId === expected.contractId.toLowerCase() &&
    statement.identityProofRequestId === expected.identityProofRequestId.toLowerCase() &&
    statement.promptNumber === expected.promptNumber &&
    statement.eid === expected.eid &&
    sameOctets(statement.promptNonce, expected.promptNonce);
  if (!samePrompt) throw new CaptureStatementError('CAPTURE_OF_ANOTHER_PROMPT');
  if (statement.frameCount !== expected.frameCount || !sameOctets(statement.chainHead, expected.chainHead))
    throw new CaptureStatementError('CAPTURE_CHAIN_BROKEN');
  return statement;
}

function parse(received: Uint8Array): Decoded<typeof StatementSchema> {
  try {
    const parsed = StatementSchema.decode(received);
    if (parsed.extensions !== undefined || parsed.stated.extensions !== undefined)
      throw new DerError('BAD_VALUE', 'unknown elements');
    return parsed;
  } catch (cause) {
    throw cause instanceof DerError ? new CaptureStatementError('CAPTURE_STATEMENT_MALFORMED', { cause }) : cause;
  }
}

function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
