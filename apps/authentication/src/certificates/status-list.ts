import { issueRevocationList, type RevocationReason, revocationReasons } from '@tegata/x509';
import type { AuthenticationContext } from '../context.ts';

const reasonNames = new Map<number, RevocationReason>(
  Object.entries(revocationReasons).map(([name, code]) => [code, name as RevocationReason]),
);

/**
 * Signs and stores the next status list (RFC 5280 CRL): every revoked certificate that has not lapsed. Of servers that do
 * it at once, one number wins and the others look again.
 */
export async function publishStatusList(context: AuthenticationContext): Promise<Uint8Array> {
  const { prisma, clock, keys, config } = context;
  for (;;) {
    const thisUpdate = clock();
    const nextUpdate = new Date(thisUpdate.getTime() + config.statusListLifetimeMs);
    const newest = await prisma.statusList.findFirst({ orderBy: { number: 'desc' }, select: { number: true } });
    const number = (newest?.number ?? 0n) + 1n;
    const rows = await prisma.identityCertificate.findMany({
      where: { revokedAt: { not: null }, expiresAt: { gt: thisUpdate } },
      select: { serialNumber: true, revokedAt: true, revocationReason: true },
      orderBy: { revokedAt: 'asc' },
    });
    const revoked = rows.map(({ serialNumber, revokedAt, revocationReason }) => ({
      serialNumber,
      revokedAt: revokedAt ?? thisUpdate,
      reason: reasonNames.get(revocationReason ?? 0) ?? 'unspecified',
    }));
    const list = await issueRevocationList({
      issuer: keys.issuingCa.certificate,
      key: keys.issuingCa.key,
      thisUpdate,
      nextUpdate,
      number,
      revoked,
    });
    const crl = new Uint8Array(list.raw);
    const { count } = await prisma.statusList.createMany({
      data: [{ number, crl, thisUpdate, nextUpdate }],
      skipDuplicates: true,
    });
    if (count === 1) return crl;
  }
}

/** The newest status list; a new one when there is none or half its life is over. */
export async function currentStatusList(context: AuthenticationContext): Promise<Uint8Array> {
  const newest = await context.prisma.statusList.findFirst({ orderBy: { number: 'desc' } });
  const halfLife = newest && (newest.thisUpdate.getTime() + newest.nextUpdate.getTime()) / 2;
  if (newest && halfLife && halfLife > context.clock().getTime()) return newest.crl;
  return publishStatusList(context);
}
