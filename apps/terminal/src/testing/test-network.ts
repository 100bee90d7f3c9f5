import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePki } from '@tegata/pki';

/** A folder with the PKI and the network file of a network whose servers are down: nothing listens at their addresses. */
export interface TestNetwork {
  readonly folder: string;
  readonly networkFile: string;
  readonly pki: string;
  remove(): void;
}

/** Port 1 of the loopback: nothing listens there. */
const nobody = '127.0.0.1:1';

/** Makes one. */
export async function makeTestNetwork(): Promise<TestNetwork> {
  const folder = mkdtempSync(join(tmpdir(), 'tegata-network-'));
  const pki = join(folder, 'pki');
  const relay = 'relay.tegata.example';
  const carriers = [{ name: 'aozora', organisation: 'Aozora', oid: '2.999.21', address: 'rsp.aozora.example' }];
  const plan = {
    eum: { organisation: 'Tegata EUM', iin: '89049032' },
    carriers,
    relay: { organisation: 'Tegata', oid: '2.999.31', address: relay },
    authentication: { organisation: 'Tegata Identity' },
    operators: [],
  };
  await ensurePki(pki, plan, { at: new Date(), random: randomBytes });
  const networkFile = join(folder, 'network.json');
  const network = {
    carriers: Object.fromEntries(carriers.map(({ name, address }) => [name, { address, plmn: '00101' }])),
    relay,
    endpoints: { 'rsp.aozora.example': nobody, [relay]: nobody },
    services: {},
    pki: 'pki',
  };
  writeFileSync(networkFile, JSON.stringify(network));
  return { folder, networkFile, pki, remove: () => rmSync(folder, { recursive: true }) };
}

/** The smallest octets that pass for a JPEG where nobody looks further. */
export const tinyJpeg: Uint8Array = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 0);
