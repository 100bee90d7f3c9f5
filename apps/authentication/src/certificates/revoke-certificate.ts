import {
  type CertificateSummary,
  RevocationReason,
  type RevokeCertificateRequest,
} from '@tegata/contracts/authentication-v1';
import { refusal } from '@tegata/service-kit';
import { revocationReasons } from '@tegata/x509';
import type { AuthenticationContext } from '../context.ts';
import { summarise } from './list-certificates.ts';
import { publishStatusList } from './status-list.ts';

/** Codes of RFC 5280 section 5.3.1. */
const codes: Record<RevocationReason, number> = {
  [RevocationReason.UNSPECIFIED]: revocationReasons.unspecified,
  [RevocationReason.KEY_COMPROMISE]: revocationReasons.keyCompromise,
  [RevocationReason.AFFILIATION_CHANGED]: revocationReasons.affiliationChanged,
  [RevocationReason.SUPERSEDED]: revocationReasons.superseded,
  [RevocationReason.CESSATION_OF_OPERATION]: revocationReasons.cessationOfOperation,
  [RevocationReason.PRIVILEGE_WITHDRAWN]: revocationReasons.privilegeWithdrawn,
};

/** Revokes a certificate and publishes a new status list. One that is revoked already keeps its time and reason. */
export async function revokeCertificate(
  context: AuthenticationContext,
  request: RevokeCertificateRequest,
): Promise<{ certificate: CertificateSummary }> {
  const { prisma, clock } = context;
  const serialNumber = request.serialNumber.toUpperCase();
  const { count } = await prisma.identityCertificate.updateMany({
    where: { serialNumber, revokedAt: null, certificate: { not: null } },
    data: { revokedAt: clock(), revocationReason: codes[request.reason] },
  });
  const certificate = await prisma.identityCertificate.findUnique({ where: { serialNumber } });
  if (!certificate?.certificate) throw refusal('CERTIFICATE_NOT_FOUND');
  if (count === 1) await publishStatusList(context);
  return { certificate: summarise(certificate) };
}
