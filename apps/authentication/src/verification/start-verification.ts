import { createHash, randomUUID } from 'node:crypto';
import {
  IdentityDocuments,
  type StartVerificationRequest,
  type Verification as VerificationMessage,
} from '@tegata/contracts/authentication-v1';
import { applicantDigest, sealPurposes } from '@tegata/identity';
import { isEid } from '@tegata/rsp';
import { refusal } from '@tegata/service-kit';
import { registeredCertificate, requireRegisteredFor } from '../certificates/registered-certificate.ts';
import type { AuthenticationContext } from '../context.ts';
import type { ExaminedEvidence } from '../evidence/evidence-kind.ts';
import {
  evidenceKindOf,
  gradeOf,
  readIdentityDocuments,
  requireAccepted,
  requireDeclarable,
} from '../evidence/evidence-kinds.ts';
import { unconfirmedAttributes } from '../evidence/unconfirmed-attributes.ts';
import type { Prisma } from '../generated/client.ts';
import { countTransfer } from '../reference/count-transfer.ts';
import { openSealed } from '../sealed.ts';
import { judgeAssertion } from './assertion.ts';
import { eidTag } from './eid-tag.ts';
import { documentRefusal, refuseUnlessUsable, unreadableWhereItCrashed } from './ekyc-refusal.ts';
import { drawIdentityProofRequest } from './identity-proof-request.ts';
import { judgeVerification } from './judge-verification.ts';
import { withoutMetadata } from './stored-pictures.ts';
import { sealReading } from './stored-reading.ts';
import { showVerification } from './verification-view.ts';
import { requireNotWithdrawn } from './withdraw-verification.ts';

/**
 * S14: opens a verification, once for each set of sealed documents of a contract. S15: answers with an identity proof
 * request, or with VERIFIED when a valid certificate is already registered under the data acquisition key, or the evidence needs no
 * ID photo.
 * @param carrier name of the calling management server.
 */
export async function startVerification(
  context: AuthenticationContext,
  request: StartVerificationRequest,
  carrier: string,
  signal: AbortSignal,
): Promise<{ verification: VerificationMessage }> {
  const { prisma, clock, vault, engine, config } = context;
  const { contractId, sealedEid, sealedIdentityDocuments } = request;
  if (!sealedEid || !sealedIdentityDocuments) throw refusal('ENVELOPE_UNREADABLE');
  const requestDigest = new Uint8Array(createHash('sha256').update(sealedIdentityDocuments.ciphertext).digest());
  const where = { carrier_contractId_requestDigest: { carrier, contractId, requestDigest } };
  const known = await prisma.verification.findUnique({ where });
  if (known) return { verification: showVerification(known) };

  const eid = Buffer.from(await openSealed(context, sealPurposes.eid, contractId, sealedEid)).toString('ascii');
  if (!isEid(eid)) throw refusal('ENVELOPE_UNREADABLE');
  const { euiccPublicKey, nonce } = judgeAssertion(context, request, eid);
  const octets = await openSealed(context, sealPurposes.identityDocuments, contractId, sealedIdentityDocuments);
  const documents = withoutMetadata(readIdentityDocuments(octets));
  requireDeclarable(documents);
  requireApplicant(request, documents);
  const kind = evidenceKindOf(documents);
  const best = kind.bestGrade ?? kind.grade;
  if (best) requireAccepted(best, request, undefined, clock());
  const examined = await kind.examine(context, documents, { contractId, eid, nonce });
  const { portrait, earlier } = examined;
  requireAccepted(gradeOf(kind, examined), request, earlier, clock());

  const dakDigest = new Uint8Array(request.dataAcquisitionKeyDigest);
  const registered = await registeredCertificate(context, dakDigest, eidTag(context.eidTagKey, eid));
  const certified =
    registered && (await requireRegisteredFor(context, registered, documents.declaredAttributes, request));
  const confirm = (attributes: ExaminedEvidence['attributes']) =>
    unconfirmedAttributes(documents.declaredAttributes, attributes, request.requiredAttributes);
  // Known before any picture is looked at, unless it has to be read from one.
  const shown = certified ?? (kind.read ? undefined : examined.attributes);
  const early = shown && confirm(shown);
  if (!registered && portrait) {
    const { outcome, reasons } = await engine
      .checkDocument(portrait.picture, { documentKind: portrait.kind, signal })
      .catch(unreadableWhereItCrashed);
    const [reason] = reasons;
    if (outcome === 'refused' && reason) throw documentRefusal(portrait.unusable ?? reason);
  }
  const reading = registered ? undefined : await kind.read?.(context, documents, signal);
  if (reading) refuseUnlessUsable(context, reading);
  const unconfirmed = early ?? confirm(reading?.attributes ?? []);

  const id = randomUUID();
  const row: Prisma.VerificationCreateManyInput = {
    id,
    carrier,
    contractId,
    requestDigest,
    state: registered ? 'VERIFIED' : portrait ? 'ID_PHOTO_REQUESTED' : 'JUDGING',
    eid: await vault.seal(`verification:${id}:eid`, Buffer.from(eid, 'ascii')),
    euiccPublicKey: new Uint8Array(euiccPublicKey),
    dakDigest,
    documents: registered
      ? null
      : await vault.seal(`verification:${id}:documents`, IdentityDocuments.encode(documents).finish()),
    reading: reading ? await sealReading(context, id, reading) : null,
    unconfirmedAttributes: unconfirmed,
    transferDigest: earlier?.transferDigest ?? null,
    triesLeft: config.idPhotoTries - 1,
    createdAt: clock(),
    decidedAt: registered ? clock() : null,
    ...drawIdentityProofRequest(context),
  };
  await prisma.$transaction(async (transaction) => {
    await requireNotWithdrawn(transaction, row);
    const { count } = await transaction.verification.createMany({ data: [row], skipDuplicates: true });
    if (count > 0 && earlier) await countTransfer(transaction, earlier);
  });
  // Nothing more is to be shown: the same judgement as after an ID photo, by whichever request won.
  if (!registered && !portrait) await judgeVerification(context, id, examined);
  // A racing repetition of the same request finds the row that won; so does a transfer that is handed in again for its contract.
  const own = { carrier, contractId, transferDigest: earlier?.transferDigest ?? null };
  const verification =
    (await prisma.verification.findUnique({ where })) ??
    (earlier ? await prisma.verification.findFirst({ where: own }) : null);
  if (!verification) throw refusal('TRANSFER_USED');
  return { verification: showVerification(verification) };
}

/**
 * The contract is for whom the evidence is compared with: nobody else sees both.
 * @throws ServiceError FAILED_PRECONDITION (APPLICANT_DIFFERS)
 */
function requireApplicant(
  { applicantDigest: expected, localAuthenticationAssertion }: StartVerificationRequest,
  { declaredAttributes }: IdentityDocuments,
): void {
  const declared = applicantDigest(declaredAttributes, localAuthenticationAssertion);
  if (!Buffer.from(declared).equals(expected)) throw refusal('APPLICANT_DIFFERS');
}
