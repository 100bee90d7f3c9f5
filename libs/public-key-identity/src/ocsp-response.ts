import { DerError, parseChildren, parseTlv } from '@tegata/der';
import {
  type DocumentCertificate,
  EmrtdRefusal,
  readDocumentCertificate,
  signatureAlgorithm,
  signatureHolds,
} from '@tegata/emrtd/certificates';
import {
  BasicOcspResponse,
  CertId,
  certIdOf,
  keyHash,
  nonceExtension,
  OcspRequest,
  OcspResponse,
  ocspOids,
} from './ocsp-messages.ts';

/** How far the clocks of a responder may be ahead, in milliseconds. */
const clockSkewMs = 5 * 60_000;

export type CertificateStatus = 'good' | 'revoked' | 'unknown';

/** A response that says nothing. */
export class OcspError extends Error {
  override readonly name = 'OcspError';
}

/** What is asked of a responder, and what its answer has to be about. */
export interface OcspQuestion {
  readonly serialNumber: Uint8Array;
  readonly issuer: DocumentCertificate;
  /** fresh, 32 octets: an answer without it is an old one */
  readonly nonce: Uint8Array;
}

/** OCSPRequest (RFC 6960 section 4.1), DER. */
export const encodeOcspRequest = ({ serialNumber, issuer, nonce }: OcspQuestion): Uint8Array =>
  OcspRequest.encode({
    tbs: { requests: [{ certId: certIdOf(serialNumber, issuer) }], requestExtensions: [nonceExtension(nonce)] },
  });

/**
 * What a responder says (RFC 6960 section 3.2): signed by the issuer, or by somebody whom the issuer has certified for it, with
 * our nonce, about our certificate, and current.
 * @param isRevoked whether a list has the certificate of that somebody, by DER of its serial number (section 4.2.2.2.1)
 * @throws OcspError for any other response
 */
export function readOcspResponse(
  octets: Uint8Array,
  question: OcspQuestion,
  at: Date,
  isRevoked: (serialNumber: Uint8Array) => boolean = () => false,
): CertificateStatus {
  try {
    return read(octets, question, at, isRevoked);
  } catch (cause) {
    if (cause instanceof DerError || cause instanceof EmrtdRefusal) throw new OcspError(cause.message, { cause });
    throw cause;
  }
}

function read(
  octets: Uint8Array,
  { serialNumber, issuer, nonce }: OcspQuestion,
  at: Date,
  isRevoked: (serialNumber: Uint8Array) => boolean,
): CertificateStatus {
  const { status, response } = OcspResponse.decode(octets);
  if (status !== 0 || response?.type !== ocspOids.basicResponse) throw new OcspError(`the responder answers ${status}`);
  const basic = BasicOcspResponse.decode(response.basic);
  const signer = requireSigned(basic, issuer, at);
  if (signer !== issuer && isRevoked(signer.serialNumber)) throw new OcspError('the signer of the response is revoked');
  const { responseExtensions = [], responses } = basic.data;
  const repeated = responseExtensions.find(({ id }) => id === ocspOids.nonce)?.value;
  if (!repeated || !same(repeated, nonceExtension(nonce).value))
    throw new OcspError('the response is not to our request');
  const ours = CertId.encode(certIdOf(serialNumber, issuer));
  const single = responses.find(({ certId }) =>
    same(CertId.encode({ ...certId, hashAlgorithm: certIdOf(serialNumber, issuer).hashAlgorithm }), ours),
  );
  if (!single) throw new OcspError('the response is about another certificate');
  const early = single.thisUpdate.getTime() > at.getTime() + clockSkewMs;
  if (early || (single.nextUpdate && single.nextUpdate < at)) throw new OcspError('the response is not current');
  return single.status.kind;
}

function requireSigned(
  { data, signatureAlgorithm: algorithm, signature, certificates = [] }: BasicOcspResponse,
  issuer: DocumentCertificate,
  at: Date,
): DocumentCertificate {
  const delegated = certificates.map((raw) => readDocumentCertificate('certificate of a responder', raw));
  const signer = [issuer, ...delegated].find((candidate) =>
    data.responder.kind === 'byName'
      ? same(data.responder.value, candidate.subject)
      : same(data.responder.value, keyHash(candidate)),
  );
  if (!signer) throw new OcspError('the response lacks the certificate of its signer');
  if (signer !== issuer) requireDelegated(signer, issuer, at);
  if (!signatureHolds(signatureAlgorithm(algorithm), signer.publicKey, data.raw, signature)) {
    throw new OcspError('the signature of the response does not hold');
  }
  return signer;
}

/** Section 4.2.2.2: the issuer itself has certified it for signing responses. */
function requireDelegated(signer: DocumentCertificate, issuer: DocumentCertificate, at: Date): void {
  const issued =
    same(signer.issuer, issuer.subject) &&
    signatureHolds(signer.algorithm, issuer.publicKey, signer.tbs, signer.signature);
  const usages = signer.extension('2.5.29.37');
  const signing =
    usages !== undefined && parseChildren(parseTlv(usages).value, 16).some(({ raw }) => same(raw, signingUsage));
  if (!issued || !signing || at < signer.notBefore || at > signer.notAfter) {
    throw new OcspError('the signer of the response is not certified for it');
  }
}

/** DER of id-kp-OCSPSigning. */
const signingUsage = Buffer.from('06082b06010505070309', 'hex');

const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.from(one).equals(other);
