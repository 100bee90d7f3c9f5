import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Es11Service, Es12Service } from '@tegata/contracts/gsma-rsp-v2';
import { freePorts, loopback, programOf, ServerProcess, serverDatabase } from '@tegata/network';
import {
  ensurePki,
  loadEum,
  loadManagementKeys,
  loadTerminalTrust,
  type ManufacturedEuicc,
  manufactureEuicc,
  type PkiPlan,
} from '@tegata/pki';
import { type Connection, connect } from '@tegata/service-kit';

/** Which of the two. */
export type SmDsName = 'alternative' | 'root';

const servers = {
  alternative: { address: 'smds.tegata.example', oid: '2.999.31' },
  root: { address: 'root.tegata.example', oid: '2.999.32' },
} as const;
const carrier = { name: 'aozora', organisation: 'Aozora Mobile', oid: '2.999.21', address: 'rsp.aozora.example' };

const planOf = (name: SmDsName): PkiPlan => ({
  eum: { organisation: 'Tegata EUM', iin: '89049032' },
  carriers: [carrier],
  relay: { organisation: 'Tegata', ...servers[name] },
  authentication: { organisation: 'Tegata Identity' },
  operators: ['relay'],
});

/** An alternative and a root SM-DS under one CI: two relays in mode `sm-ds`, each a process with a database of its own. */
export class SmDsPair {
  readonly #folder: string;
  readonly #ports: Awaited<ReturnType<typeof freePorts>>;
  readonly #prefix = `test_${randomBytes(6).toString('hex')}`;
  readonly #processes = new Map<SmDsName, ServerProcess>();
  readonly #connections: Connection[] = [];

  private constructor(folder: string, ports: Awaited<ReturnType<typeof freePorts>>) {
    this.#folder = folder;
    this.#ports = ports;
  }

  /** Makes certificates; nothing runs yet. */
  static async make(): Promise<SmDsPair> {
    const folder = await mkdtemp(join(tmpdir(), 'tegata-sm-ds-'));
    const options = { random: randomBytes, at: new Date() };
    await ensurePki(join(folder, 'alternative'), planOf('alternative'), options);
    // The same CI and service CA, certificates of its own.
    await cp(join(folder, 'alternative'), join(folder, 'root'), { recursive: true });
    await rm(join(folder, 'root/rsp/relay'), { recursive: true });
    await ensurePki(join(folder, 'root'), planOf('root'), options);
    for (const name of ['alternative', 'root']) await writeFile(join(folder, `${name}.key`), randomBytes(32));
    return new SmDsPair(folder, await freePorts(['alternative', 'root']));
  }

  addressOf = (name: SmDsName): string => servers[name].address;

  async start(name: SmDsName): Promise<void> {
    const postgresUrl = process.env.TEGATA_TEST_POSTGRES;
    if (!postgresUrl) throw new Error('jest-setup.mjs of tools/local-postgres has not run');
    const ports = this.#ports[name];
    const env = {
      TEGATA_RELAY_MODE: 'sm-ds',
      TEGATA_PKI: join(this.#folder, name),
      TEGATA_VAULT_KEY_FILE: join(this.#folder, `${name}.key`),
      TEGATA_ADDRESS: this.addressOf(name),
      TEGATA_PUBLIC_LISTENER: loopback(ports?.public),
      TEGATA_SERVICE_LISTENER: loopback(ports?.service),
      TEGATA_UPKEEP_INTERVAL_MS: '200',
      TEGATA_FORWARDING_LEASE_MS: '2000',
      DATABASE_URL: await serverDatabase(postgresUrl, name, this.#prefix),
      ...(name === 'alternative' ? this.#alternative() : this.#root()),
    };
    const log = join(this.#folder, `${name}.log`);
    this.#processes.set(name, await ServerProcess.start('relay', programOf('relay'), env, log));
  }

  #alternative() {
    return {
      TEGATA_EVENT_OWNERS: JSON.stringify([{ address: carrier.address, owner: `management/${carrier.name}` }]),
      TEGATA_ROOT_SM_DS: JSON.stringify({
        address: this.addressOf('root'),
        connectTo: loopback(this.#ports.root?.httpsMutual),
      }),
    };
  }

  #root() {
    return {
      TEGATA_EVENT_OWNERS: JSON.stringify([{ address: this.addressOf('alternative'), owner: 'relay/alternative' }]),
      TEGATA_HTTPS_LISTENERS: JSON.stringify([
        {
          address: loopback(this.#ports.root?.httpsMutual),
          serves: ['es15'],
          clients: [
            {
              caller: 'relay/alternative',
              certificate: join(this.#folder, 'alternative/rsp/relay/ds-tls/certificate.pem'),
            },
          ],
        },
      ]),
    };
  }

  /** Ends one as a power loss would. */
  async kill(name: SmDsName): Promise<void> {
    await this.#processes.get(name)?.kill();
  }

  async euicc(): Promise<ManufacturedEuicc> {
    const eum = await loadEum(join(this.#folder, 'alternative'));
    return manufactureEuicc(eum, { random: randomBytes, at: new Date() });
  }

  /** ES12 of the alternative SM-DS, as the carrier's SM-DP+ calls it. */
  async asSmDpPlus() {
    const { service } = await loadManagementKeys(join(this.#folder, 'alternative'), carrier.name);
    const server = { role: 'relay', name: undefined } as const;
    const security = { kind: 'mutual-tls', roots: service.roots, server, identity: service } as const;
    const connection = connect({ address: loopback(this.#ports.alternative?.service), security });
    this.#connections.push(connection);
    const es12 = connection.client(Es12Service);
    return {
      register: (eid: string, eventId: string) =>
        es12.registerEvent({ eid, eventId, rspServerAddress: carrier.address, forwardingIndicator: true }),
      remove: (eid: string, eventId: string) => es12.deleteEvent({ eid, eventId }),
    };
  }

  /** ES11 of one, as any LPA calls it. */
  async asLpa(name: SmDsName) {
    const { tlsRoots } = await loadTerminalTrust(join(this.#folder, name));
    const security = { kind: 'tls', roots: tlsRoots, serverName: this.addressOf(name) } as const;
    const connection = connect({ address: loopback(this.#ports[name]?.public), security });
    this.#connections.push(connection);
    return connection.client(Es11Service);
  }

  async remove(): Promise<void> {
    for (const connection of this.#connections) connection.close();
    for (const each of this.#processes.values()) await each.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
