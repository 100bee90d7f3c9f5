import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HealthService } from '@tegata/contracts/grpc-health-v1';
import { Es9PlusService } from '@tegata/contracts/gsma-rsp-v2';
import { ContractDeskService, ProfileOrdersService, SubscriptionsService } from '@tegata/contracts/management-v1';
import { createTestDatabase } from '@tegata/database/testing';
import { ensurePki, loadOperatorKeys, loadSmDpPlusKeys, rootsPem } from '@tegata/pki';
import { ConfigError, connect, createLogger } from '@tegata/service-kit';
import { readManagementConfig } from './config.ts';
import { startManagement } from './server.ts';

const minimal = {
  TEGATA_CARRIER_FILE: 'carrier.json',
  TEGATA_PKI: 'pki',
  TEGATA_VAULT_KEY_FILE: 'vault.key',
  DATABASE_URL: 'postgresql://localhost/management',
};
const alone = { ...minimal, TEGATA_MANAGEMENT_MODE: 'sm-dp-plus' };
const ofCarriers = {
  TEGATA_AUTHENTICATION: 'localhost:1',
  TEGATA_RELAY: 'localhost:2',
  TEGATA_RELAY_ADDRESS: 'relay.tegata.example',
};
const naming = (names: readonly string[]) => names.map((name) => expect.stringContaining(name));

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readManagementConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the settings of a management server', () => {
  it('name authentication and relay of a carrier, which it is unless something else is set', () => {
    expect(problemsOf(minimal)).toEqual(naming(Object.keys(ofCarriers)));
    expect(problemsOf({ ...minimal, ...ofCarriers })).toEqual([]);
    expect(readManagementConfig({ ...minimal, ...ofCarriers }).mode).toBe('carrier');
  });

  it('are named all at once, those of the mode with those of every mode', () => {
    expect(problemsOf({})).toEqual(naming([...Object.keys(minimal), ...Object.keys(ofCarriers)]));
  });

  it('name neither for an SM-DP+ alone, where they would do nothing', () => {
    expect(problemsOf(alone)).toEqual([]);
    expect(problemsOf({ ...alone, ...ofCarriers })).toEqual(naming(Object.keys(ofCarriers)));
    expect(problemsOf({ ...minimal, ...ofCarriers, TEGATA_MANAGEMENT_MODE: 'both' })).toEqual(
      naming(['TEGATA_MANAGEMENT_MODE']),
    );
  });
});

describe('a management server that is an SM-DP+ alone', () => {
  it('serves without an identity PKI, a policy and any other server, and has no contract desk', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'management-spec-'));
    const pki = join(folder, 'pki');
    const address = 'rsp.aozora.example';
    const provider = {
      name: 'aozora',
      displayName: 'Aozora Mobile',
      address,
      oid: '2.999.10',
      plmn: { mcc: '001', mnc: '01' },
      iccidPrefix: '8981001',
      msisdnPrefix: '8190010',
    };
    await ensurePki(
      pki,
      {
        eum: { organisation: 'Tegata EUM', iin: '89049032' },
        carriers: [{ name: 'aozora', organisation: 'Aozora', oid: '2.999.10', address }],
        relay: { organisation: 'Tegata', oid: '2.999.31', address: 'relay.tegata.example' },
        authentication: { organisation: 'Tegata Identity' },
        operators: ['aozora'],
      },
      { at: new Date(), random: randomBytes },
    );
    // An SM-DP+ is not given these; without them a carrier would not start.
    await rm(join(pki, 'identity'), { recursive: true });
    const [carrierFile, vaultKeyFile] = [join(folder, 'carrier.json'), join(folder, 'vault.key')];
    await writeFile(carrierFile, JSON.stringify(provider));
    await writeFile(vaultKeyFile, randomBytes(32));
    const database = await createTestDatabase();
    const config = readManagementConfig({
      ...alone,
      TEGATA_CARRIER_FILE: carrierFile,
      TEGATA_VAULT_KEY_FILE: vaultKeyFile,
      TEGATA_PKI: pki,
      DATABASE_URL: database.url,
      TEGATA_PUBLIC_LISTENER: '127.0.0.1:0',
      TEGATA_SERVICE_LISTENER: '127.0.0.1:0',
    });
    const lines: string[] = [];
    const server = await startManagement(
      config,
      createLogger('management', { destination: { write: (line) => lines.push(line) } }),
    );
    const [publicListener, serviceListener] = lines
      .map((line) => JSON.parse(line))
      .find(({ msg, addresses }) => msg === 'serving' && addresses.length === 2).addresses;
    const { cis } = await loadSmDpPlusKeys(pki, 'aozora');
    const { service } = await loadOperatorKeys(pki, 'aozora');
    const terminal = connect({
      address: publicListener,
      security: { kind: 'tls', roots: rootsPem(cis), serverName: address },
    });
    const operator = connect({
      address: serviceListener,
      security: {
        kind: 'mutual-tls',
        roots: service.roots,
        server: { role: 'management', name: 'aozora' },
        identity: service,
      },
    });
    try {
      const { statuses } = await terminal.client(HealthService).list({});
      expect(Object.keys(statuses).sort()).toEqual([
        '',
        'gsma.rsp.v2.Es2Plus',
        'gsma.rsp.v2.Es9Plus',
        'tegata.management.v1.NetworkAccess',
        'tegata.management.v1.ProfileOrders',
        'tegata.management.v1.Subscriptions',
        'tegata.operations.v1.Operations',
      ]);
      await expect(terminal.client(ContractDeskService).getCarrierInformation({})).rejects.toMatchObject({
        status: 'UNIMPLEMENTED',
      });
      const { subscription } = await operator.client(SubscriptionsService).createSubscription({});
      const orders = operator.client(ProfileOrdersService);
      const { order } = await orders.getOrder({
        name: { $case: 'iccid', value: subscription?.iccid ?? '' },
      });
      expect(order).toMatchObject({ iccid: subscription?.iccid });
      await expect(
        terminal.client(Es9PlusService).handleNotification({ pendingNotification: Buffer.from('bf2f00', 'hex') }),
      ).rejects.not.toMatchObject({ status: 'UNIMPLEMENTED' });
    } finally {
      terminal.close();
      operator.close();
      await server.stop();
      await database.drop();
      await rm(folder, { recursive: true });
    }
  });
});
