import { createPublicKey } from 'node:crypto';
import type { DeclaredAttribute, EarlierVerification } from '@tegata/contracts/authentication-v1';
import { cutOffNames, namesAgree } from '@tegata/emrtd';
import {
  canonicalValue,
  certifiedName,
  checkDisclosure,
  parseIdentityCertificate,
  parseTransferStatement,
  TransferStatementError,
  verifyTransferStatement,
} from '@tegata/identity';
import { refusal } from '@tegata/service-kit';
import { openCertificate } from '../certificates/stored-certificate.ts';
import type { AuthenticationContext } from '../context.ts';
import { openReference } from '../reference/identity-reference.ts';
import { eidTag } from '../verification/eid-tag.ts';
import type { EvidenceKindOfIdentity } from './evidence-kind.ts';

/**
 * An earlier verification of the same person, for a new device: the eUICC that holds the certificate has signed, after local
 * authentication, that it is to move to the EID of the applicant, and the live face is compared with what was kept of the
 * portrait. The certificate gets nothing that the earlier one had not: its class, level, time and end are those.
 */
export const earlierVerification: EvidenceKindOfIdentity = {
  grade: undefined,
  async examine(context, documents, { eid, nonce }) {
    const {
      earlierVerification: shown,
      documentImage,
      documentChip,
      publicKeyIdentity,
      declaredAttributes,
    } = documents;
    if (!shown || documentImage.length > 0 || documentChip || publicKeyIdentity) throw refusal('DOCUMENTS_UNREADABLE');
    if (context.config.deviceChange === 'off') throw refusal('EVIDENCE_NOT_ACCEPTED');
    try {
      // Without the contract's nonce it is looked at again, when it is judged: its age was in order when it was handed in.
      return await examined(
        context,
        shown,
        eid,
        nonce === undefined ? undefined : context.config.transferLifetimeMs,
        declaredAttributes,
      );
    } catch (cause) {
      if (cause instanceof TransferStatementError) throw refusal(cause.code, { cause });
      throw cause;
    }
  },
};

async function examined(
  context: AuthenticationContext,
  { transferStatement, attributes }: EarlierVerification,
  eid: string,
  maximumAgeMs: number | undefined,
  declared: readonly DeclaredAttribute[],
) {
  const now = context.clock();
  const statement = parseTransferStatement(transferStatement);
  const found = await context.prisma.identityCertificate.findFirst({
    where: {
      eidTag: eidTag(context.eidTagKey, statement.eid),
      certificate: { not: null },
      revokedAt: null,
      expiresAt: { gt: now },
      reference: { isNot: null },
    },
    include: { reference: true, verification: { select: { euiccPublicKey: true } } },
    orderBy: { issuedAt: 'desc' },
  });
  // One answer for everything that only the right device could know: whether an EID is verified is nobody else's business.
  if (!found?.reference) throw refusal('TRANSFER_NOT_ACCEPTED');
  const euiccKey = createPublicKey({
    key: Buffer.from(found.verification.euiccPublicKey),
    format: 'der',
    type: 'spki',
  });
  verifyTransferStatement(statement, { euiccKey, successorEid: eid, at: now, maximumAgeMs });
  const { attributeDigests } = parseIdentityCertificate(await openCertificate(context, found));
  const { verified, refused } = checkDisclosure(attributeDigests, attributes);
  if (refused.length > 0 || verified.size !== attributeDigests.size) throw refusal('TRANSFER_NOT_ACCEPTED');
  requireAgreement(verified, declared);
  const { grade, verifiedAt, portrait, descriptor, models } = await openReference(context, found.reference);
  return {
    portrait: { picture: portrait, kind: 'portrait' as const, reference: { descriptor, models } },
    attributes: [...verified].map(([name, value]) => ({ name, value })),
    earlier: {
      grade: { ...grade, method: 'earlier-verification-and-id-photo' },
      verifiedAt,
      expiresAt: found.expiresAt,
      serialNumber: found.serialNumber,
      transferDigest: statement.digest,
    },
  };
}

/** Characters for names in the machine readable zone of a card. */
const shortestNameLine = 30;

/**
 * The contract is for the person of the certificate. A name that is certified as a chip spells it may be written in other letters.
 * @throws ServiceError DECLARED_ATTRIBUTE_DIFFERS
 */
export function requireAgreement(certified: ReadonlyMap<string, string>, declared: readonly DeclaredAttribute[]): void {
  const [family = '', given = ''] = [certified.get('family_name'), certified.get('given_name')];
  const cutOff = cutOffNames(family, given, `${family}<<${given}`.length >= shortestNameLine);
  for (const { name, value } of declared) {
    const known = certified.get(name);
    if (known === undefined || name === 'address') continue;
    const isSame =
      name === 'birth_date' ? canonicalValue(value) === known : certifiedName(value) === certifiedName(known);
    const mayGoOn = name === 'family_name' ? cutOff.primary : cutOff.secondary;
    const isSpeltAlike =
      name !== 'birth_date' && /^[A-Z< ]+$/.test(known) && namesAgree(value, known, mayGoOn) !== false;
    if (!isSame && !isSpeltAlike) throw refusal('DECLARED_ATTRIBUTE_DIFFERS');
  }
}
