import { createHash, type KeyObject, verify } from 'node:crypto';
import { type Decoded, DerError, generalizedTime, integer, octets, sequence } from '@tegata/der';
import { eidElement } from './eid-octets.ts';
import { uuidElement } from './uuid-element.ts';

/** Why a transfer statement is refused. Stable; the authentication server sends it as the reason of its error. */
export type TransferStatementErrorCode = keyof typeof sentences;

const sentences = {
  TRANSFER_STATEMENT_MALFORMED: 'The transfer code can not be read.',
  TRANSFER_NOT_ACCEPTED: 'The statement is not signed by the eUICC that it names.',
  TRANSFER_OF_ANOTHER_DEVICE: 'The statement names another device as the new one.',
  TRANSFER_EXPIRED: 'The statement is too old, or from the future.',
} as const;

/** A statement that is not accepted. */
export class TransferStatementError extends Error {
  readonly code: TransferStatementErrorCode;

  constructor(code: TransferStatementErrorCode, options?: { cause?: unknown }) {
    super(sentences[code], options);
    this.name = 'TransferStatementError';
    this.code = code;
  }
}

/**
 * What an eUICC says when its user, after local authentication, has the identity certificate move to another device. It names
 * the eUICC that it is to move to, so that it is of no use to who only overhears it.
 */
export interface TransferStatement {
  /** UUID in text form, chosen for this transfer */
  readonly transferId: string;
  /** of the eUICC that signs, 32 digits */
  readonly eid: string;
  /** of the eUICC that the certificate is to move to, 32 digits */
  readonly successorEid: string;
  /** assertions and transfers this eUICC has signed before */
  readonly counter: number;
  /** the terminal's time, to the second: an eUICC has no clock */
  readonly time: Date;
}

/** What is signed. A private tag of its own, like that of assertions: no signature can be passed off as another's. */
const StatedSchema = sequence(0xff59, {
  version: integer(0x80, 1, 1),
  transferId: uuidElement(0x81),
  eid: eidElement(0x5a),
  successorEid: eidElement(0x82),
  counter: integer(0x83, 0, 0xffff_ffff),
  time: generalizedTime(0x84),
});

const StatementSchema = sequence(0xff58, { stated: StatedSchema, euiccSignature: octets(0x5f37, 64) });

/** The octets an eUICC signs. @throws DerError for impossible values, and for a transfer to itself */
export function transferStatementOctets(statement: TransferStatement): Uint8Array {
  if (statement.successorEid === statement.eid) throw new DerError('BAD_VALUE', 'a transfer to itself');
  const time = new Date(Math.floor(statement.time.getTime() / 1000) * 1000);
  return StatedSchema.encode({ version: 1, ...statement, time });
}

/**
 * Puts a statement together: DER with the tag FF58. Who issued the certificate knows the eUICC's key.
 *
 * @param signed from `transferStatementOctets`
 * @param signature ECDSA with SHA-256 over them by the eUICC's key, r | s, 64 octets
 */
export function assembleTransferStatement(signed: Uint8Array, signature: Uint8Array): Uint8Array {
  return StatementSchema.encode({ stated: signed, euiccSignature: signature });
}

/** A statement taken apart; nothing about it is verified. */
export interface ParsedTransferStatement extends TransferStatement {
  /** the signed octets, as received */
  readonly signed: Uint8Array;
  /** r | s, 64 octets */
  readonly signature: Uint8Array;
  /** SHA-256 of the signed octets: by it a statement is known again, also under another signature of the same */
  readonly digest: Uint8Array<ArrayBuffer>;
}

/**
 * Takes a statement apart. Strict: every element once, in order, and nothing besides.
 * @throws TransferStatementError `TRANSFER_STATEMENT_MALFORMED`
 */
export function parseTransferStatement(received: Uint8Array): ParsedTransferStatement {
  let parsed: Decoded<typeof StatementSchema>;
  try {
    parsed = StatementSchema.decode(received);
    if (parsed.extensions !== undefined || parsed.stated.extensions !== undefined)
      throw new DerError('BAD_VALUE', 'unknown elements');
  } catch (cause) {
    throw cause instanceof DerError ? new TransferStatementError('TRANSFER_STATEMENT_MALFORMED', { cause }) : cause;
  }
  const { raw: signed, version: _, extensions: __, ...statement } = parsed.stated;
  const digest = new Uint8Array(createHash('sha256').update(signed).digest());
  return Object.freeze({ ...statement, signed, signature: parsed.euiccSignature, digest });
}

/** What a statement must say to be accepted. */
export interface ExpectedTransfer {
  /** key of the eUICC that the certificate was issued to */
  readonly euiccKey: KeyObject;
  /** EID of the applicant's eUICC */
  readonly successorEid: string;
  readonly at: Date;
  /** age above which it is refused, in milliseconds; undefined: it was looked at before, and age does not matter any more */
  readonly maximumAgeMs: number | undefined;
}

/** How far the terminal's clock may be ahead, in milliseconds. */
const leewayMs = 60_000;

/**
 * Verifies a statement over the octets received: signed by the eUICC it names, for the eUICC that applies, recent. The first thing
 * that is wrong is told. That it is used once is for the caller's transaction.
 * @throws TransferStatementError `TRANSFER_NOT_ACCEPTED`, `TRANSFER_OF_ANOTHER_DEVICE`, `TRANSFER_EXPIRED`
 */
export function verifyTransferStatement(
  { signed, signature, successorEid, eid, time }: ParsedTransferStatement,
  { euiccKey, at, maximumAgeMs, ...expected }: ExpectedTransfer,
): void {
  const genuine = verify('sha256', signed, { key: euiccKey, dsaEncoding: 'ieee-p1363' }, signature);
  if (!genuine) throw new TransferStatementError('TRANSFER_NOT_ACCEPTED');
  if (successorEid !== expected.successorEid || successorEid === eid)
    throw new TransferStatementError('TRANSFER_OF_ANOTHER_DEVICE');
  if (maximumAgeMs === undefined) return;
  const age = at.getTime() - time.getTime();
  if (age > maximumAgeMs || age < -leewayMs) throw new TransferStatementError('TRANSFER_EXPIRED');
}
