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

/** Pauses after a status list could not be fetched, in milliseconds: the first, and the longest of those that follow, each twice the one before. */
const statusRetryMs = { first: 1_000, longest: 30_000 };

/**
 * Keeps the status list of identity certificates fresh, so that no contract needs a call for it: each call fetches it once and says
 * after how many milliseconds to do it again, at the configured interval or sooner after a failure.
 */
export function certificateStatusKeeper(context: ManagementContext): () => Promise<number> {
  const { config, logger } = context;
  let pauseMs = statusRetryMs.first;
  return async () => {
    try {
      await fetchCertificateStatus(context);
      pauseMs = statusRetryMs.first;
      return config.statusIntervalMs;
    } catch (error) {
      const retryMs = Math.min(pauseMs, config.statusIntervalMs);
      pauseMs = Math.min(2 * pauseMs, statusRetryMs.longest);
      const reason = (error as { reason?: string }).reason ?? 'FAILED';
      logger.warn({ reason, retryMs }, 'certificate status not refreshed');
      return retryMs;
    }
  };
}

/** The newest status list there is, verified when it was stored; undefined when none was ever fetched. */
export async function knownCertificateStatus({ prisma, keys }: ManagementContext): Promise<StatusList | undefined> {
  const issuer = keys.identity.issuingCa;
  const issuerKeyId = new Uint8Array(issuer.subjectKeyIdentifier ?? []);
  const row = await prisma.certificateStatus.findUnique({ where: { issuerKeyId } });
  return row ? { list: parseRevocationList(row.crl), issuer } : undefined;
}
