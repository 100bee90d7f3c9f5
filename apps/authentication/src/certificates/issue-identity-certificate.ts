import { buildIdentityCertificate, openAttribute } from '@tegata/identity';
import { randomSerialNumber, revocationReasons } from '@tegata/x509';
import type { AuthenticationContext } from '../context.ts';
import type { EvidenceGrade, ExaminedEvidence } from '../evidence/evidence-kind.ts';
import type { IdentityCertificate, Verification } from '../generated/client.ts';
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
  evidence: { readonly grade: EvidenceGrade } & Pick<ExaminedEvidence, 'attributes'>,
  verdict: object,
): Promise<void> {
  const { prisma, clock, vault, keys, random } = context;
  const eid = Buffer.from(await vault.open(`verification:${verification.id}:eid`, verification.eid)).toString('ascii');
  const intent = await storeIntent(context, verification, eid);
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
    verifiedAt: intent.issuedAt,
    attributes,
    ...evidence.grade,
  });
  const attributeOpenings = await sealAttributes(context, intent.serialNumber, attributes);
  const now = clock();
  const [verified, , superseded] = await prisma.$transaction([
    prisma.verification.updateMany({
      where: { id: verification.id, state: 'JUDGING' },
      data: { state: 'VERIFIED', reasons: [], verdict, decidedAt: now },
    }),
    prisma.captureSegment.deleteMany({ where: { verificationId: verification.id } }),
    // One certificate per EID: an earlier one gives way.
    prisma.identityCertificate.updateMany({
      where: { eidTag: intent.eidTag, serialNumber: { not: intent.serialNumber }, revokedAt: null },
      data: { revokedAt: now, revocationReason: revocationReasons.superseded },
    }),
    prisma.identityCertificate.updateMany({
      where: { serialNumber: intent.serialNumber, certificate: null },
      data: { certificate: await sealCertificate(context, intent.serialNumber, certificate.raw), attributeOpenings },
    }),
  ]);
  if (verified.count === 1 && superseded.count > 0) await publishStatusList(context);
}

async function storeIntent(
  { prisma, clock, random, config, eidTagKey }: AuthenticationContext,
  { id, dakDigest }: Verification,
  eid: string,
): Promise<IdentityCertificate> {
  const issuedAt = new Date(Math.floor(clock().getTime() / 1000) * 1000);
  await prisma.identityCertificate.createMany({
    data: [
      {
        serialNumber: Buffer.from(randomSerialNumber(random)).toString('hex').toUpperCase(),
        verificationId: id,
        dakDigest,
        eidTag: eidTag(eidTagKey, eid),
        issuedAt,
        expiresAt: new Date(issuedAt.getTime() + config.certificateLifetimeMs),
        acquirableUntil: new Date(issuedAt.getTime() + config.acquisitionPeriodMs),
      },
    ],
    skipDuplicates: true,
  });
  return prisma.identityCertificate.findUniqueOrThrow({ where: { verificationId: id } });
}
