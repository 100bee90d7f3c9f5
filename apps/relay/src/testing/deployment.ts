import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePki, loadEum, loadSmDsKeys, type ManufacturedEuicc, manufactureEuicc, type SmDsKeys } from '@tegata/pki';

export const smDsAddress = 'relay.tegata.example';

/** A PKI with the keys of an SM-DS, and eUICCs that are made under it. */
export class Deployment {
  readonly folder: string;
  readonly keys: SmDsKeys;

  private constructor(folder: string, keys: SmDsKeys) {
    this.folder = folder;
    this.keys = keys;
  }

  static async make(): Promise<Deployment> {
    const folder = await mkdtemp(join(tmpdir(), 'relay-spec-'));
    const plan = {
      eum: { organisation: 'Tegata EUM', iin: '89049032' },
      carriers: [],
      relay: { organisation: 'Tegata', oid: '2.999.31', address: smDsAddress },
      authentication: { organisation: 'Tegata Identity' },
      operators: ['relay'],
    };
    await ensurePki(folder, plan, { at: new Date(), random: randomBytes });
    return new Deployment(folder, await loadSmDsKeys(folder));
  }

  async euicc(): Promise<ManufacturedEuicc> {
    return manufactureEuicc(await loadEum(this.folder), { random: randomBytes, at: new Date() });
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}
