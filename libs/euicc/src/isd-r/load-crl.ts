import { LoadCRLError, LoadCRLRequest, LoadCRLResponse } from '@tegata/rsp';
import {
  type Certificate,
  CertificateError,
  type CertificateRevocationList,
  parseRevocationList,
  verifyRevocationList,
} from '@tegata/x509';
import type { IsdRContext } from './context.ts';
import { freeForProfiles } from './profile-memory.ts';
import { takeRevocationList } from './revoked-certificates.ts';

/** More parts than this are no list that an eUICC could hold. */
const MAXIMUM_PARTS = 256;

/**
 * ES10b.LoadCRL (SGP.22 section 5.7.12): takes a revocation list of a CI, or one part of it. From then on AuthenticateServer
 * and PrepareDownload refuse the certificates that it names (`invalidCertificate`).
 *
 * Its dates do not matter: what an old list revokes stays revoked, and a device whose clock is wrong must be able to take it.
 *
 * @param request DER, tag BF35
 * @returns LoadCRLResponse: parts still missing, or an error; `fresherCrlAlreadyLoaded` for a list older than the one that is there
 * @throws DerError when it is no LoadCRLRequest
 */
export async function loadCrl(context: IsdRContext, request: Uint8Array): Promise<Uint8Array> {
  const { memory, clock } = context;
  const outcome = verifiedList(context, LoadCRLRequest.decode(request).crl);
  if (typeof outcome === 'string') return refusal(outcome);
  const { list, issuer } = outcome;
  if ((list.part?.total ?? 1) > MAXIMUM_PARTS) return refusal('notEnoughMemorySpace');
  const taken = takeRevocationList(memory, issuer.subjectKeyIdentifier ?? new Uint8Array(0), list, clock());
  if (typeof taken === 'string') return refusal(taken);
  if (memory.sizeOf(taken.store) > freeForProfiles(memory)) return refusal('notEnoughMemorySpace');
  await memory.commit(taken.store);
  const missingParts = taken.missing.map((number) => ({ number }));
  return LoadCRLResponse.encode({
    kind: 'loadCRLResponseOk',
    value: missingParts.length === 0 ? {} : { missingParts },
  });
}

type VerifiedList = { readonly list: CertificateRevocationList; readonly issuer: Certificate };

/** The list, of one of the CIs of the eUICC and with a signature that holds. */
function verifiedList({ ecasd }: IsdRContext, octets: Uint8Array): VerifiedList | keyof typeof LoadCRLError {
  let list: CertificateRevocationList;
  try {
    list = parseRevocationList(octets);
  } catch (error) {
    if (error instanceof CertificateError) return 'invalidCRLFormat';
    throw error;
  }
  if (list.authorityKeyIdentifier === undefined) return 'invalidCRLFormat';
  const issuer = ecasd.ci(list.authorityKeyIdentifier);
  if (issuer === undefined) return 'verificationKeyNotFound';
  try {
    verifyRevocationList(list, issuer, list.thisUpdate);
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    return error.code === 'BAD_SIGNATURE' ? 'invalidSignature' : 'invalidCRLFormat';
  }
  return { list, issuer };
}

function refusal(error: keyof typeof LoadCRLError): Uint8Array {
  return LoadCRLResponse.encode({ kind: 'loadCRLResponseError', value: LoadCRLError[error] });
}
