import { createHash } from 'node:crypto';
import {
  choice,
  type Decoded,
  encodeTlv,
  explicit,
  generalizedTime,
  integer,
  nothing,
  objectIdentifier,
  octets,
  optional,
  Primitive,
  parseChildren,
  parseTlv,
  sequence,
  sequenceOf,
  verbatim,
} from '@tegata/der';
import { AlgorithmIdentifier, anyObject, bitOctets, type DocumentCertificate } from '@tegata/emrtd/certificates';

/** Object identifiers of RFC 6960. */
export const ocspOids = {
  basicResponse: '1.3.6.1.5.5.7.48.1.1',
  nonce: '1.3.6.1.5.5.7.48.1.2',
  signing: '1.3.6.1.5.5.7.3.9',
  /** of names and keys in requests only: RFC 5019 has no other */
  sha1: '1.3.14.3.2.26',
} as const;
export const nonceOctets = 32;

/** CertID, RFC 6960 section 4.1.1. */
export const CertId = sequence(0x30, {
  hashAlgorithm: AlgorithmIdentifier,
  issuerNameHash: octets(0x04, 20),
  issuerKeyHash: octets(0x04, 20),
  serialNumber: verbatim(0x02),
});
const Extensions = sequenceOf(0x30, sequence(0x30, { id: objectIdentifier(0x06), value: octets(0x04) }), 1, 8);

/** OCSPRequest for one certificate, unsigned. */
export const OcspRequest = sequence(0x30, {
  tbs: sequence(0x30, {
    requests: sequenceOf(0x30, sequence(0x30, { certId: CertId }), 1, 1),
    requestExtensions: optional(explicit(0xa2, Extensions)),
  }),
});

const status = choice({
  good: nothing(0x80),
  revoked: sequence(0xa1, { time: generalizedTime(0x18), reason: optional(explicit(0xa0, enumerated())) }),
  unknown: nothing(0x82),
});
const SingleResponse = sequence(0x30, {
  certId: CertId,
  status,
  thisUpdate: generalizedTime(0x18),
  nextUpdate: optional(explicit(0xa0, generalizedTime(0x18))),
  singleExtensions: optional(explicit(0xa1, anyObject)),
});
const ResponseData = sequence(0x30, {
  version: optional(explicit(0xa0, integer(0x02, 0, 0))),
  responder: choice({ byName: explicit(0xa1, verbatim(0x30)), byKey: explicit(0xa2, octets(0x04, 20)) }),
  producedAt: generalizedTime(0x18),
  responses: sequenceOf(0x30, SingleResponse, 1, 8),
  responseExtensions: optional(explicit(0xa1, Extensions)),
});
/** BasicOCSPResponse, RFC 6960 section 4.2.1. */
export const BasicOcspResponse = sequence(0x30, {
  data: ResponseData,
  signatureAlgorithm: AlgorithmIdentifier,
  signature: bitOctets(0x03),
  certificates: optional(explicit(0xa0, sequenceOf(0x30, anyObject, 0, 4))),
});
export type BasicOcspResponse = Decoded<typeof BasicOcspResponse>;
/** OCSPResponse; status 0 alone has something in it. */
export const OcspResponse = sequence(0x30, {
  status: enumerated(),
  response: optional(explicit(0xa0, sequence(0x30, { type: objectIdentifier(0x06), basic: octets(0x04) }))),
});

function enumerated(): Primitive<number> {
  return new Primitive(
    0x0a,
    (content) => content[0] ?? 0,
    (value) => Uint8Array.of(value),
  );
}

const sha1 = (octets: Uint8Array): Uint8Array => createHash('sha1').update(octets).digest();

/** How a certificate of this issuer is named. */
export function certIdOf(serialNumber: Uint8Array, issuer: DocumentCertificate) {
  return {
    hashAlgorithm: { algorithm: ocspOids.sha1, parameters: encodeTlv(0x05) },
    issuerNameHash: sha1(issuer.subject),
    issuerKeyHash: keyHash(issuer),
    serialNumber,
  };
}

/** SHA-1 of the key itself, without its algorithm. */
export function keyHash({ publicKey }: DocumentCertificate): Uint8Array {
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const [, key] = parseChildren(parseTlv(spki).value, 2);
  return sha1(key!.value.subarray(1));
}

export const nonceExtension = (nonce: Uint8Array) => ({ id: ocspOids.nonce, value: encodeTlv(0x04, nonce) });
