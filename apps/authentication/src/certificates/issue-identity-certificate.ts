import { buildIdentityCertificate, openAttribute } from '@tegata/identity';
import { refusal } from '@tegata/service-kit';
import { randomSerialNumber, revocationReasons } from '@tegata/x509';
import type { AuthenticationContext } from '../context.ts';
import type { EvidenceGrade, ExaminedEvidence } from '../evidence/evidence-kind.ts';
import type { IdentityCertificate, Prisma, Verification } from '../generated/client.ts';
import { referenceFor, sealReference } from '../reference/identity-reference.ts';
import { eidTag } from '../verification/eid-tag.ts';
import { sealAttributes } from './attribute-openings.ts';
import { publishStatusList } from './status-list.ts';
import { sealCertificate } from './stored-certificate.ts';

/**
 * S22-S23: signs the certificate of a verified EID and registers it under its data acquisition key. The intent, with its
 * serial number, is stored before anything is signed: called again after a crash it signs the same certificate, never a second.
 */
export async function issueIdentityCertificate(
  context: AuthenticationContext,
  verification: Verification,
  evidence: { readonly grade: EvidenceGrade } & ExaminedEvidence,
  verdict: object,
): Promise<void> {
  const { prisma, clock, vault, keys, random } = context;
  const eid = Buffer.from(await vault.open(`verification:${verification.id}:eid`, verification.eid)).toString('ascii');
  const { earlier, grade } = evidence;
  const kept = await referenceFor(context, evidence, grade);
  const intent = await storeIntent(context, verification, eid, earlier?.expiresAt);
  const attributes = evidence.attributes.map(({ name, value }) => {
    const salt = Buffer.from(random(16));
    return { ...openAttribute({ name, value, salt }), salt };
  });
  const certificate = await buildIdentityCertificate({
    issuer: keys.issuingCa.certificate,
    key: keys.issuingCa.key,
    serialNumber: intent.serialNumber,
    eid,
    euiccPublicKey: verification.euiccPublicKey,
    notBefore: intent.issuedAt,
    notAfter: intent.expiresAt,
    verifiedAt: earlier?.verifiedAt ?? intent.issuedAt,
    attributes,
    ...grade,
  });
  const attributeOpenings = await sealAttributes(context, intent.serialNumber, attributes);
  const reference =
    kept &&
    (await sealReference(context, intent.serialNumber, {
      ...kept,
      verifiedAt: earlier?.verifiedAt ?? intent.issuedAt,
    }));
  const sealed = await sealCertificate(context, intent.serialNumber, certificate.raw);
  const now = clock();
  const superseded = await prisma.$transaction(async (transaction) => {
    const { count } = await transaction.verification.updateMany({
      where: { id: verification.id, state: 'JUDGING' },
      data: { state: 'VERIFIED', reasons: [], verdict, decidedAt: now },
    });
    if (count === 0) {
      // Decided or withdrawn meanwhile: what was not signed then never is.
      await transaction.identityCertificate.deleteMany({
        where: { verificationId: verification.id, certificate: null },
      });
      return false;
    }
    await transaction.captureSegment.deleteMany({ where: { verificationId: verification.id } });
    const gaveWay = await supersede(transaction, intent, earlier?.serialNumber, now);
    await transaction.identityCertificate.updateMany({
      where: { serialNumber: intent.serialNumber, certificate: null },
      data: { certificate: sealed, attributeOpenings },
    });
    if (reference) {
      const { serialNumber } = intent;
      const triesLeft = context.config.transferTries;
      await transaction.identityReference.create({ data: { serialNumber, reference, triesLeft } });
    }
    return gaveWay;
  });
  if (superseded) await publishStatusList(context);
}

/**
 * One certificate for each EID, and one for each verification with documents: earlier ones give way, with what was kept for them.
 * @param predecessor serial number of the certificate that moves; of two that move the same, one does
 * @throws ServiceError FAILED_PRECONDITION (TRANSFER_NOT_ACCEPTED)
 */
async function supersede(
  transaction: Prisma.TransactionClient,
  { eidTag, serialNumber }: IdentityCertificate,
  predecessor: string | undefined,
  now: Date,
): Promise<boolean> {
  const data = { revokedAt: now, revocationReason: revocationReasons.superseded };
  if (predecessor !== undefined) {
    const moved = await transaction.identityCertificate.updateMany({
      where: { serialNumber: predecessor, revokedAt: null, expiresAt: { gt: now } },
      data,
    });
    if (moved.count === 0) throw refusal('TRANSFER_NOT_ACCEPTED');
  }
  const { count } = await transaction.identityCertificate.updateMany({
    where: { eidTag, serialNumber: { not: serialNumber }, revokedAt: null },
    data,
  });
  await transaction.identityReference.deleteMany({
    where: {
      serialNumber: { not: serialNumber },
      OR: [{ certificate: { eidTag } }, ...(predecessor === undefined ? [] : [{ serialNumber: predecessor }])],
    },
  });
  return predecessor !== undefined || count > 0;
}

/** @throws ServiceError PERMISSION_DENIED (DATA_ACQUISITION_KEY_UNUSABLE): a key has one certificate */
async function storeIntent(
  { prisma, clock, random, config, eidTagKey }: AuthenticationContext,
  { id, dakDigest }: Verification,
  eid: string,
  latest: Date | undefined,
): Promise<IdentityCertificate> {
  const issuedAt = new Date(Math.floor(clock().getTime() / 1000) * 1000);
  const ends = issuedAt.getTime() + config.certificateLifetimeMs;
  await prisma.identityCertificate.createMany({
    data: [
      {
        serialNumber: Buffer.from(randomSerialNumber(random)).toString('hex').toUpperCase(),
        verificationId: id,
        dakDigest,
        eidTag: eidTag(eidTagKey, eid),
        issuedAt,
        expiresAt: new Date(Math.min(ends, latest?.getTime() ?? ends)),
        acquirableUntil: new Date(issuedAt.getTime() + config.acquisitionPeriodMs),
      },
    ],
    skipDuplicates: true,
  });
  const intent = await prisma.identityCertificate.findUnique({ where: { verificationId: id } });
  // Nothing was inserted, since another verification under the same key came first.
  if (!intent) throw refusal('DATA_ACQUISITION_KEY_UNUSABLE');
  return intent;
}
