import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ensurePki,
  InProcessKey,
  loadAuthenticationKeys,
  loadEum,
  loadManagementKeys,
  loadRelayKeys,
  loadTerminalTrust,
  manufactureEuicc,
  type PkiPlan,
} from '@tegata/pki';
import type { Curve } from '@tegata/x509';
import type { LocalAuthentication } from '../local-authentication-assertion.ts';

/** The instant the tests take for now. */
export const now = new Date('2026-11-22T12:00:00Z');
export const seconds = (count: number): Date => new Date(now.getTime() + count * 1000);
export const days = (count: number): Date => seconds(count * 86_400);

const plan: PkiPlan = {
  eum: { organisation: 'Tegata EUM', iin: '89049032' },
  carriers: [{ name: 'aozora', organisation: 'Aozora Mobile', oid: '2.999.21', address: 'rsp.aozora.example' }],
  relay: { organisation: 'Tegata', oid: '2.999.31', address: 'relay.tegata.example' },
  authentication: { organisation: 'Tegata Identity' },
  operators: [],
};

/** A deployment's keys, loaded from a key store, and an eUICC made by its EUM. */
export async function makeWorld(curve: Curve = 'P-256') {
  const directory = mkdtempSync(join(tmpdir(), 'tegata-identity-'));
  try {
    await ensurePki(directory, { ...plan }, { at: now, random: randomBytes, curve });
    const options = { at: now };
    const eum = await loadEum(directory, options);
    return {
      eum,
      authentication: await loadAuthenticationKeys(directory, options),
      management: await loadManagementKeys(directory, 'aozora', options),
      relay: await loadRelayKeys(directory, options),
      terminal: await loadTerminalTrust(directory, options),
      euicc: await makeEuicc(eum),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export type World = Awaited<ReturnType<typeof makeWorld>>;

/** A further eUICC of an EUM, with its key as a signer. */
export async function makeEuicc(eum: Awaited<ReturnType<typeof loadEum>>) {
  const made = await manufactureEuicc(eum, { random: randomBytes, at: now });
  return {
    eid: made.eid,
    key: new InProcessKey(made.privateKey),
    euiccCertificate: made.euiccCertificate.raw,
    eumCertificate: made.eumCertificate.raw,
  };
}

/** An attempt as a carrier hopes for. */
export function authenticated(eid: string): LocalAuthentication {
  return {
    contractId: randomUUID(),
    nonce: randomBytes(32),
    carrierOid: '2.999.21',
    eid,
    method: 'password',
    outcome: 'success',
    verifiedIn: 'eUICC',
    counter: 7,
    time: now,
  };
}
