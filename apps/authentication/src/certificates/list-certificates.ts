import type {
  CertificateSummary,
  ListCertificatesRequest,
  ListCertificatesResponse,
} from '@tegata/contracts/authentication-v1';
import type { AuthenticationContext } from '../context.ts';
import type { IdentityCertificate } from '../generated/client.ts';

const defaultPageSize = 50;

/** A certificate as operators see it: no EID, no attribute. */
export const summarise = ({
  serialNumber,
  issuedAt,
  expiresAt,
  revokedAt,
}: IdentityCertificate): CertificateSummary => ({
  serialNumber,
  issueTime: issuedAt,
  expireTime: expiresAt,
  revokeTime: revokedAt ?? undefined,
});

/** Issued certificates, newest first. */
export async function listCertificates(
  { prisma }: AuthenticationContext,
  { pageSize, pageToken }: ListCertificatesRequest,
): Promise<ListCertificatesResponse> {
  const take = pageSize || defaultPageSize;
  const rows = await prisma.identityCertificate.findMany({
    where: { certificate: { not: null } },
    ...(pageToken && { cursor: { serialNumber: pageToken }, skip: 1 }),
    take,
    orderBy: [{ issuedAt: 'desc' }, { serialNumber: 'desc' }],
  });
  return {
    certificates: rows.map(summarise),
    nextPageToken: rows.length === take ? (rows.at(-1)?.serialNumber ?? '') : '',
  };
}
