import { encodeTlv } from '@tegata/der';
import { readDocumentCertificate } from '@tegata/emrtd/certificates';
import { signatureIdentifier, signWith } from '@tegata/emrtd/testing';
import { BasicOcspResponse, certIdOf, OcspRequest, OcspResponse, ocspOids } from '../ocsp-messages.ts';
import type { CertificateStatus } from '../ocsp-response.ts';
import type { TestIdentityCa } from './test-identity-ca.ts';

/**
 * Answers an OCSPRequest, signed by the responder that the CA has certified.
 * @param statusOf by the serial number; revoked ones since when
 * @throws DerError for octets that are no request
 */
export function answerOcsp(
  ca: TestIdentityCa,
  octets: Uint8Array,
  at: Date,
  statusOf: (serialNumber: bigint) => { readonly status: CertificateStatus; readonly since?: Date },
  { lifetimeMs = 3600_000, withNonce = true } = {},
): Uint8Array {
  const { tbs } = OcspRequest.decode(octets);
  const { certId } = tbs.requests[0]!;
  const issuer = readDocumentCertificate('CA', ca.parts.certificate);
  const named = certIdOf(certId.serialNumber, issuer);
  const ours = Buffer.from(named.issuerKeyHash).equals(certId.issuerKeyHash);
  const serial = BigInt(`0x${Buffer.from(certId.serialNumber.subarray(2)).toString('hex')}`);
  const { status, since = at } = ours ? statusOf(serial) : { status: 'unknown' as const };
  const whole = new Date(Math.floor(at.getTime() / 1000) * 1000);
  const { signer, certificate } = ca.parts.responder;
  const responder = readDocumentCertificate('responder', certificate);
  const nonce = tbs.requestExtensions?.filter(({ id }) => id === ocspOids.nonce) ?? [];
  const draft = BasicOcspResponse.encode({
    data: {
      responder: { kind: 'byName', value: responder.subject },
      producedAt: whole,
      responses: [
        {
          certId,
          status:
            status === 'revoked'
              ? { kind: 'revoked', value: { time: new Date(Math.floor(since.getTime() / 1000) * 1000) } }
              : { kind: status, value: null },
          thisUpdate: whole,
          nextUpdate: new Date(whole.getTime() + lifetimeMs),
        },
      ],
      ...(withNonce && nonce.length > 0 && { responseExtensions: nonce }),
    },
    signatureAlgorithm: signatureIdentifier(signer),
    signature: new Uint8Array(1),
    certificates: [certificate],
  });
  const { data, ...rest } = BasicOcspResponse.decode(draft);
  const basic = BasicOcspResponse.encode({ ...rest, data: data.raw, signature: signWith(signer, data.raw) });
  return OcspResponse.encode({ status: 0, response: { type: ocspOids.basicResponse, basic } });
}

/** tryLater, for a responder that does not know what to say. */
export const tryLater = (): Uint8Array => encodeTlv(0x30, encodeTlv(0x0a, Buffer.of(3)));
