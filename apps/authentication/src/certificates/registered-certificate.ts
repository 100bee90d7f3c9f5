import type { AttributeOpening, DeclaredAttribute } from '@tegata/contracts/authentication-v1';
import { canonicalValue, parseIdentityCertificate } from '@tegata/identity';
import { refusal } from '@tegata/service-kit';
import type { AuthenticationContext } from '../context.ts';
import { requireAgreement } from '../evidence/earlier-verification.ts';
import { type AcceptedEvidence, requireAccepted } from '../evidence/evidence-kinds.ts';
import type { IdentityCertificate } from '../generated/client.ts';
import { openAttributes } from './attribute-openings.ts';
import { openCertificate } from './stored-certificate.ts';

/**
 * The valid certificate registered under a data acquisition key for this EID, if there is one.
 * @throws ServiceError PERMISSION_DENIED (DATA_ACQUISITION_KEY_UNUSABLE) when the key is already another EID's, or its
 *   certificate lapsed or can be acquired no more: a key is used once.
 */
export async function registeredCertificate(
  { prisma, clock }: AuthenticationContext,
  dakDigest: Uint8Array<ArrayBuffer>,
  tag: Uint8Array,
): Promise<IdentityCertificate | undefined> {
  const registered = await prisma.identityCertificate.findUnique({ where: { dakDigest } });
  if (!registered) return undefined;
  const now = clock();
  const inForce = registered.certificate && !registered.revokedAt && registered.expiresAt > now;
  const acquirable = registered.attributeOpenings && registered.acquirableUntil > now;
  if (!inForce || !acquirable || !Buffer.from(registered.eidTag).equals(tag)) {
    throw refusal('DATA_ACQUISITION_KEY_UNUSABLE');
  }
  return registered;
}

/**
 * What was handed in now is not judged where a certificate is registered: so that certificate itself has to be about the applicant, and
 * enough for the carrier.
 * @returns what it certifies
 * @throws ServiceError FAILED_PRECONDITION (DECLARED_ATTRIBUTE_DIFFERS, EVIDENCE_NOT_ACCEPTED)
 */
export async function requireRegisteredFor(
  context: AuthenticationContext,
  registered: IdentityCertificate,
  declared: readonly DeclaredAttribute[],
  accepted: AcceptedEvidence,
): Promise<AttributeOpening[]> {
  const openings = await openAttributes(context, registered);
  const certified = new Map(openings.map(({ name, value }) => [name, value]));
  requireAgreement(certified, declared);
  const moved = declared.some(
    ({ name, value }) => name === 'address' && certified.has(name) && certified.get(name) !== canonicalValue(value),
  );
  if (moved) throw refusal('DECLARED_ATTRIBUTE_DIFFERS');
  const certificate = parseIdentityCertificate(await openCertificate(context, registered));
  requireAccepted(certificate, accepted, certificate, context.clock());
  return openings;
}
