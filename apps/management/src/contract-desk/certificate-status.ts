import { acceptStatusList, type StatusList } from '@tegata/identity';
import { parseRevocationList } from '@tegata/x509';
import type { ManagementContext } from '../context.ts';

/** Fetches the status list, verifies it under the issuing CA, and keeps it unless a newer one is there. */
export async function fetchCertificateStatus(context: ManagementContext): Promise<void> {
  const { authentication, keys, prisma, clock } = context;
  const issuer = keys.identity.issuingCa;
  const { certificateList } = await authentication.certificates.getCertificateStatusList({});
  const { list } = acceptStatusList(certificateList, { issuer, at: clock() });
  const issuerKeyId = new Uint8Array(issuer.subjectKeyIdentifier ?? []);
  const crl = new Uint8Array(certificateList);
  const { number, nextUpdate } = list;
  const fetchedAt = clock();
  // Of replicas that fetch at once, the list with the highest number stays.
  await prisma.$executeRaw`
    INSERT INTO certificate_status (issuer_key_id, crl, number, next_update, fetched_at)
    VALUES (${issuerKeyId}, ${crl}, ${number}, ${nextUpdate}, ${fetchedAt})
    ON CONFLICT (issuer_key_id) DO UPDATE
      SET crl = excluded.crl, number = excluded.number, next_update = excluded.next_update, fetched_at = excluded.fetched_at
      WHERE certificate_status.number <= excluded.number`;
}

/** The newest status list there is, verified when it was stored; undefined when none was ever fetched. */
export async function knownCertificateStatus({ prisma, keys }: ManagementContext): Promise<StatusList | undefined> {
  const issuer = keys.identity.issuingCa;
  const issuerKeyId = new Uint8Array(issuer.subjectKeyIdentifier ?? []);
  const row = await prisma.certificateStatus.findUnique({ where: { issuerKeyId } });
  return row ? { list: parseRevocationList(row.crl), issuer } : undefined;
}
