import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ensurePki,
  KeyStore,
  loadEum,
  loadSmDsKeys,
  type ManufacturedEuicc,
  manufactureEuicc,
  type PkiPlan,
  type SmDsKeys,
} from '@tegata/pki';
import type { Curve } from '@tegata/x509';
import type { TestCi } from '@tegata/x509/testing';

export const smDsAddress = 'relay.tegata.example';

const planOf = (address: string, oid: string): PkiPlan => ({
  eum: { organisation: 'Tegata EUM', iin: '89049032' },
  carriers: [],
  relay: { organisation: 'Tegata', oid, address },
  authentication: { organisation: 'Tegata Identity' },
  operators: ['relay'],
});

/** A PKI with the keys of an SM-DS, and eUICCs that are made under it. */
export class Deployment {
  readonly folder: string;
  readonly keys: SmDsKeys;

  private constructor(folder: string, keys: SmDsKeys) {
    this.folder = folder;
    this.keys = keys;
  }

  static async make(curve?: Curve): Promise<Deployment> {
    const folder = await mkdtemp(join(tmpdir(), 'relay-spec-'));
    await ensurePki(folder, planOf(smDsAddress, '2.999.31'), {
      at: new Date(),
      random: randomBytes,
      ...(curve && { curve }),
    });
    return new Deployment(folder, await loadSmDsKeys(folder));
  }

  /** Another SM-DS under the same CI. */
  async another(address: string, oid: string): Promise<Deployment> {
    const folder = await mkdtemp(join(tmpdir(), 'relay-spec-'));
    await cp(this.folder, folder, { recursive: true });
    await rm(join(folder, 'rsp/relay'), { recursive: true });
    await ensurePki(folder, planOf(address, oid), { at: new Date(), random: randomBytes });
    return new Deployment(folder, await loadSmDsKeys(folder));
  }

  /** The CI with its key. */
  async ci(): Promise<TestCi> {
    return new KeyStore(this.folder).certifiedKey('rsp/ci');
  }

  async euicc(): Promise<ManufacturedEuicc> {
    return manufactureEuicc(await loadEum(this.folder), { random: randomBytes, at: new Date() });
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}
