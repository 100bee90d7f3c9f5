import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { LoadCRLRequest } from '@tegata/rsp';
import { type Certificate, type CertificateSigner, issueRevocationList, type PartialCrl } from '@tegata/x509';
import { NOW } from './test-euicc.ts';
import { vectorCertificate, vectorPrivateKey } from './vectors.ts';

const DAY = 86_400_000;
/** So many days from the time of the tests. */
export const day = (count: number): Date => new Date(NOW.getTime() + count * DAY);

/** What a test changes about a list of the CI of the vectors. */
export interface ListOptions {
  readonly number?: bigint;
  readonly part?: PartialCrl;
  readonly key?: KeyObject;
  readonly issuer?: Certificate;
  readonly expiresAt?: Date;
}

function signer(privateKey: KeyObject): CertificateSigner {
  return {
    publicKey: createPublicKey(privateKey),
    sign: async (data, dsaEncoding) => sign('sha256', data, { key: privateKey, dsaEncoding }),
  };
}

/** LoadCRLRequest with a list that revokes these certificates. */
export async function revocationList(revoked: readonly Certificate[], options: ListOptions = {}): Promise<Uint8Array> {
  const { number = 7n, part, expiresAt } = options;
  const { raw } = await issueRevocationList({
    issuer: options.issuer ?? vectorCertificate('CI_ECDSA_NIST'),
    key: signer(options.key ?? vectorPrivateKey('CI_ECDSA_NIST')),
    thisUpdate: day(-2),
    nextUpdate: day(-1),
    number,
    revoked: revoked.map(({ serialNumber }) => ({
      serialNumber,
      revokedAt: day(-2),
      reason: 'keyCompromise',
      ...(expiresAt !== undefined && { expiresAt }),
    })),
    ...(part !== undefined && { part }),
  });
  return LoadCRLRequest.encode({ crl: raw });
}
