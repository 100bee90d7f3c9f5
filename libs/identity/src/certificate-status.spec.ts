import { randomBytes } from 'node:crypto';
import { type CertificateSigner, issueRevocationList } from '@tegata/x509';
import { acceptStatusList, StatusListError } from './certificate-status.ts';
import { days, makeWorld, now, type World } from './testing/world.ts';

let world: World;
let foreign: World;
beforeAll(async () => {
  [world, foreign] = await Promise.all([makeWorld(), makeWorld()]);
});

async function listOf(number: bigint, change: { key?: CertificateSigner; at?: Date } = {}): Promise<Uint8Array> {
  const { certificate: issuer, key } = world.authentication.issuingCa;
  const dates = { thisUpdate: change.at ?? now, nextUpdate: days(7) };
  const list = await issueRevocationList({ issuer, key: change.key ?? key, ...dates, number, revoked: [] });
  return list.raw;
}

function refusal(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof StatusListError) return error.code;
    throw error;
  }
  return undefined;
}

describe('acceptStatusList', () => {
  test('takes the first list, the same again, and newer ones, never an older one', async () => {
    const { issuingCa: issuer } = world.management.identity;
    const held = acceptStatusList(await listOf(5n), { issuer, at: now });
    expect(acceptStatusList(await listOf(5n), { issuer, at: now, held }).list.number).toBe(5n);
    expect(acceptStatusList(await listOf(6n), { issuer, at: now, held }).list.number).toBe(6n);
    const older = await listOf(4n);
    expect(refusal(() => acceptStatusList(older, { issuer, at: now, held }))).toBe('STATUS_LIST_ROLLED_BACK');
  });

  test('takes only what the issuing CA signed, while it is current', async () => {
    const { issuingCa: issuer } = world.management.identity;
    const forged = await listOf(9n, { key: foreign.authentication.issuingCa.key });
    expect(refusal(() => acceptStatusList(forged, { issuer, at: now }))).toBe('STATUS_LIST_FORGED');
    const { issuingCa: stranger } = foreign.management.identity;
    const list = await listOf(9n);
    expect(refusal(() => acceptStatusList(list, { issuer: stranger, at: now }))).toBe('STATUS_LIST_FORGED');
    expect(refusal(() => acceptStatusList(list, { issuer, at: days(8) }))).toBe('STATUS_LIST_NOT_CURRENT');
    const early = await listOf(9n, { at: days(1) });
    expect(refusal(() => acceptStatusList(early, { issuer, at: now }))).toBe('STATUS_LIST_NOT_CURRENT');
    expect(refusal(() => acceptStatusList(randomBytes(50), { issuer, at: now }))).toBe('STATUS_LIST_MALFORMED');
  });
});
