import { timingSafeEqual, verify } from 'node:crypto';
import {
  type Decoded,
  DerError,
  generalizedTime,
  integer,
  objectIdentifier,
  octets,
  sequence,
  Universal,
  verbatim,
} from '@tegata/der';
import {
  type Certificate,
  CertificateError,
  type CertificateSigner,
  type ChainOptions,
  type VerifiedEuicc,
  verifyEuiccChain,
} from '@tegata/x509';
import { AssertionError } from './assertion-error.ts';
import { eidElement } from './eid-octets.ts';
import { uuidElement } from './uuid-element.ts';

/** How the user was authenticated. */
export const localAuthenticationMethods = ['password', 'fingerprint', 'face'] as const;
export type LocalAuthenticationMethod = (typeof localAuthenticationMethods)[number];

const outcomes = ['failure', 'success'] as const;
const verifiers = ['eUICC', 'terminal'] as const;

/** What an eUICC says about one attempt of its user to authenticate (S7-S9, S43-S45). */
export interface LocalAuthentication {
  /** the contract it is for, UUID in text form */
  readonly contractId: string;
  /** the carrier's nonce for this contract, 32 octets */
  readonly nonce: Uint8Array;
  /** object identifier of the carrier, dotted */
  readonly carrierOid: string;
  /** 32 digits */
  readonly eid: string;
  readonly method: LocalAuthenticationMethod;
  readonly outcome: (typeof outcomes)[number];
  /** where what the user presented was compared with what is registered */
  readonly verifiedIn: (typeof verifiers)[number];
  /** assertions this eUICC has made before, so that gaps and clones can be noticed */
  readonly counter: number;
  /** the terminal's time, to the second: an eUICC has no clock */
  readonly time: Date;
}

const enumerated = <const Names extends readonly string[]>(tag: number, names: Names, first: number) =>
  integer(tag, first, first + names.length - 1).as(
    (value) => names[value - first] as Names[number],
    (name) => names.indexOf(name) + first,
  );

/**
 * What is signed. Its tag is a private one of its own, and so is that of the whole: nothing else an eUICC signs (SGP.22
 * section 2.6.7) begins with these octets, so no signature can be passed off as the other.
 */
const AssertedSchema = sequence(0xff55, {
  version: integer(0x80, 1, 1),
  contractId: uuidElement(0x81),
  nonce: octets(0x82, 32),
  carrierOid: objectIdentifier(0x83),
  eid: eidElement(0x5a),
  method: enumerated(0x84, localAuthenticationMethods, 1),
  outcome: enumerated(0x85, outcomes, 0),
  verifiedIn: enumerated(0x86, verifiers, 0),
  counter: integer(0x87, 0, 0xffff_ffff),
  time: generalizedTime(0x88),
});

const AssertionSchema = sequence(0xff54, {
  asserted: AssertedSchema,
  euiccSignature: octets(0x5f37, 64),
  euiccCertificate: verbatim(Universal.SEQUENCE),
  eumCertificate: verbatim(Universal.SEQUENCE),
});

/** An assertion taken apart; nothing about it is verified. */
export interface ParsedAssertion {
  readonly asserted: LocalAuthentication;
  /** the signed octets, as received */
  readonly signed: Uint8Array;
  /** r | s, 64 octets */
  readonly signature: Uint8Array;
  readonly euiccCertificate: Uint8Array;
  readonly eumCertificate: Uint8Array;
}

/** The octets an eUICC signs, for eUICCs whose key is not a `CertificateSigner`. @throws DerError for impossible values */
export function assertedOctets(authentication: LocalAuthentication): Uint8Array {
  return AssertedSchema.encode({ version: 1, ...authentication, time: wholeSeconds(authentication.time) });
}

/**
 * Puts an assertion together.
 *
 * @param signed from `assertedOctets`
 * @param signature ECDSA with SHA-256 over them by the eUICC's key, r | s, 64 octets
 */
export function assembleAssertion(
  signed: Uint8Array,
  signature: Uint8Array,
  euiccCertificate: Uint8Array,
  eumCertificate: Uint8Array,
): Uint8Array {
  return AssertionSchema.encode({ asserted: signed, euiccSignature: signature, euiccCertificate, eumCertificate });
}

/**
 * Makes the signed assertion of one attempt, failed ones too: DER with the tag FF54.
 *
 * @param euicc the eUICC's key and certificates
 * @throws DerError for values that have no place in an assertion
 */
export async function signAssertion(
  authentication: LocalAuthentication,
  euicc: {
    readonly key: Pick<CertificateSigner, 'sign'>;
    readonly euiccCertificate: Uint8Array;
    readonly eumCertificate: Uint8Array;
  },
): Promise<Uint8Array> {
  const signed = assertedOctets(authentication);
  const signature = await euicc.key.sign(signed, 'ieee-p1363');
  return assembleAssertion(signed, signature, euicc.euiccCertificate, euicc.eumCertificate);
}

/**
 * Takes an assertion apart. Strict: every element once, in order, and nothing besides.
 *
 * @throws AssertionError `ASSERTION_MALFORMED`
 */
export function parseAssertion(received: Uint8Array): ParsedAssertion {
  let parsed: Decoded<typeof AssertionSchema>;
  try {
    parsed = AssertionSchema.decode(received);
  } catch (cause) {
    throw cause instanceof DerError ? new AssertionError('ASSERTION_MALFORMED', { cause }) : cause;
  }
  const { asserted, euiccSignature, euiccCertificate, eumCertificate, extensions } = parsed;
  if (extensions !== undefined || asserted.extensions !== undefined) throw new AssertionError('ASSERTION_MALFORMED');
  const { raw: signed, version: _, ...authentication } = asserted;
  return Object.freeze({
    asserted: authentication,
    signed,
    signature: euiccSignature,
    euiccCertificate,
    eumCertificate,
  });
}

/** A genuine assertion: an eUICC under a trusted CI said this about itself. */
export interface GenuineAssertion extends LocalAuthentication {
  /** the eUICC's certificates, verified */
  readonly euicc: VerifiedEuicc;
}

/** Whose assertions are believed. */
export interface AssertionTrust extends ChainOptions {
  /** trusted CIs */
  readonly cis: readonly Certificate[];
  readonly at: Date;
}

/**
 * Verifies who made an assertion, over the octets received: certificates, signature, and that the EID in it is its maker's.
 * What it is about, and whether authentication succeeded, is still to be looked at.
 *
 * @throws AssertionError `ASSERTION_MALFORMED`, `ASSERTION_CERTIFICATE_INVALID` (with the CertificateError as cause),
 * `ASSERTION_SIGNATURE_INVALID`, `ASSERTION_EID_MISMATCH`
 */
export function verifyAssertionOrigin(received: Uint8Array, trust: AssertionTrust): GenuineAssertion {
  const { asserted, signed, signature, euiccCertificate, eumCertificate } = parseAssertion(received);
  const { cis, at, ...options } = trust;
  let euicc: VerifiedEuicc;
  try {
    euicc = verifyEuiccChain({ euicc: euiccCertificate, eum: eumCertificate, cis, at }, options);
  } catch (cause) {
    if (!(cause instanceof CertificateError)) throw cause;
    throw new AssertionError('ASSERTION_CERTIFICATE_INVALID', { cause });
  }
  const key = { key: euicc.euicc.publicKey, dsaEncoding: 'ieee-p1363' } as const;
  if (!verify('sha256', signed, key, signature)) throw new AssertionError('ASSERTION_SIGNATURE_INVALID');
  if (asserted.eid !== euicc.eid) throw new AssertionError('ASSERTION_EID_MISMATCH');
  return Object.freeze({ ...asserted, euicc });
}

/** What an assertion must be about to be accepted. */
export interface AssertionExpectations extends AssertionTrust {
  /** UUID in text form */
  readonly contractId: string;
  /** the nonce last given out for the contract, 32 octets; that it is used once is for the caller's transaction */
  readonly nonce: Uint8Array;
  readonly carrierOid: string;
  /** the EID the applicant named; absent: any */
  readonly eid?: string;
  /** methods the carrier accepts; absent: all */
  readonly acceptedMethods?: readonly string[];
  /** age above which it is refused, in seconds; 300 when absent */
  readonly maximumAgeSeconds?: number;
  /** how far the terminal's clock may be ahead, in seconds; 60 when absent */
  readonly leewaySeconds?: number;
}

/**
 * Verifies an assertion (S13, S49): genuine, for this contract, nonce, carrier and eUICC, successful, by an accepted method,
 * recent. The first thing that is wrong is told.
 *
 * @throws AssertionError as `verifyAssertionOrigin`, and `ASSERTION_CONTRACT_MISMATCH`, `ASSERTION_NONCE_MISMATCH`,
 * `ASSERTION_CARRIER_MISMATCH`, `ASSERTION_EID_MISMATCH`, `ASSERTION_TIME_IN_FUTURE`, `ASSERTION_TOO_OLD`,
 * `ASSERTION_OUTCOME_FAILED`, `ASSERTION_METHOD_NOT_ACCEPTED`
 */
export function verifyAssertion(received: Uint8Array, expected: AssertionExpectations): GenuineAssertion {
  const assertion = verifyAssertionOrigin(received, expected);
  const { at, eid, acceptedMethods, maximumAgeSeconds = 300, leewaySeconds = 60 } = expected;
  const age = (at.getTime() - assertion.time.getTime()) / 1000;
  if (assertion.contractId !== expected.contractId.toLowerCase())
    throw new AssertionError('ASSERTION_CONTRACT_MISMATCH');
  if (!sameOctets(assertion.nonce, expected.nonce)) throw new AssertionError('ASSERTION_NONCE_MISMATCH');
  if (assertion.carrierOid !== expected.carrierOid) throw new AssertionError('ASSERTION_CARRIER_MISMATCH');
  if (eid !== undefined && assertion.eid !== eid) throw new AssertionError('ASSERTION_EID_MISMATCH');
  if (age < -leewaySeconds) throw new AssertionError('ASSERTION_TIME_IN_FUTURE');
  if (age > maximumAgeSeconds) throw new AssertionError('ASSERTION_TOO_OLD');
  if (assertion.outcome !== 'success') throw new AssertionError('ASSERTION_OUTCOME_FAILED');
  if (acceptedMethods !== undefined && !acceptedMethods.includes(assertion.method))
    throw new AssertionError('ASSERTION_METHOD_NOT_ACCEPTED');
  return assertion;
}

function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function wholeSeconds(instant: Date): Date {
  return new Date(Math.floor(instant.getTime() / 1000) * 1000);
}
