import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HealthService } from '@tegata/contracts/grpc-health-v1';
import { Es9PlusService, Es11Service } from '@tegata/contracts/gsma-rsp-v2';
import { AcquisitionService, DirectoryService, RegistrationService } from '@tegata/contracts/relay-v1';
import { createTestDatabase } from '@tegata/database/testing';
import { rootsPem } from '@tegata/pki';
import { ConfigError, connect, createLogger } from '@tegata/service-kit';
import { readRelayConfig } from './config.ts';
import { startRelay } from './server.ts';
import { Deployment, smDsAddress } from './testing/deployment.ts';
import { discover } from './testing/lpa.ts';

const minimal = {
  TEGATA_PKI: 'pki',
  TEGATA_VAULT_KEY_FILE: 'vault.key',
  TEGATA_ADDRESS: smDsAddress,
  DATABASE_URL: 'postgresql://localhost/relay',
};
const smDs = { ...minimal, TEGATA_RELAY_MODE: 'sm-ds' };
const server = { address: 'rsp.example', owner: 'management/aozora', service: 'localhost:1' };

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readRelayConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the settings of a relay', () => {
  it('name authentication and SM-DP+ in patent mode, which is the mode unless another is set', () => {
    expect(problemsOf(minimal)).toEqual([
      expect.stringContaining('TEGATA_AUTHENTICATION'),
      expect.stringContaining('TEGATA_RSP_SERVERS'),
    ]);
    const patent = { ...minimal, TEGATA_AUTHENTICATION: 'localhost:1', TEGATA_RSP_SERVERS: JSON.stringify([server]) };
    expect(problemsOf(patent)).toEqual([]);
    expect(readRelayConfig(patent).mode).toBe('patent');
  });

  it('name neither as an SM-DS alone, where they would do nothing', () => {
    expect(problemsOf(smDs)).toEqual([]);
    expect(problemsOf({ ...smDs, TEGATA_AUTHENTICATION: 'localhost:1' })).toEqual([
      expect.stringContaining('TEGATA_AUTHENTICATION'),
    ]);
    expect(problemsOf({ ...smDs, TEGATA_RSP_SERVERS: JSON.stringify([server]) })).toEqual([
      expect.stringContaining('TEGATA_EVENT_OWNERS'),
    ]);
  });

  it.each([
    ['TEGATA_EVENT_OWNERS', '[{"address":"rsp.example"}]'],
    ['TEGATA_EVENT_OWNERS', '{}'],
    ['TEGATA_ROOT_SM_DS', '{}'],
    ['TEGATA_ROOT_SM_DS', '{"address":"https://root.example"}'],
    ['TEGATA_ROOT_SM_DS', '{"address":"root.example","connectTo":7}'],
    ['TEGATA_ROOT_SM_DS', '{"address":"root.example","connectTo":"192.0.2.7"}'],
    ['TEGATA_ROOT_SM_DS', '{"address":"root.example","credentials":""}'],
    ['TEGATA_ROOT_SM_DS', '{"address":"root.example","ca":"root.pem"}'],
    ['TEGATA_RELAY_MODE', 'both'],
  ])('are refused with %s %s', (name, value) => {
    expect(problemsOf({ ...smDs, [name]: value })).toEqual([expect.stringContaining(name)]);
  });
});

describe('a relay that is an SM-DS alone', () => {
  it('serves ES11 and ES12 without an identity PKI, and nothing of patent mode', async () => {
    const deployment = await Deployment.make();
    const database = await createTestDatabase();
    // An SM-DS is not given these; without them patent mode would not start.
    await rm(join(deployment.folder, 'identity'), { recursive: true });
    const vaultKeyFile = join(deployment.folder, 'vault.key');
    await writeFile(vaultKeyFile, randomBytes(32));
    const config = readRelayConfig({
      ...smDs,
      TEGATA_VAULT_KEY_FILE: vaultKeyFile,
      TEGATA_PKI: deployment.folder,
      DATABASE_URL: database.url,
      TEGATA_PUBLIC_LISTENER: '127.0.0.1:0',
      TEGATA_SERVICE_LISTENER: '127.0.0.1:0',
    });
    const lines: string[] = [];
    const relay = await startRelay(
      config,
      createLogger('relay', { destination: { write: (line) => lines.push(line) } }),
    );
    const [publicListener] = lines.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'serving').addresses;
    const { keys } = deployment;
    const terminal = connect({
      address: publicListener,
      security: { kind: 'tls', roots: rootsPem(keys.cis), serverName: smDsAddress },
    });
    try {
      const { statuses } = await terminal.client(HealthService).list({});
      expect(Object.keys(statuses).sort()).toEqual([
        '',
        'gsma.rsp.v2.Es11',
        'gsma.rsp.v2.Es12',
        'tegata.operations.v1.Operations',
      ]);
      expect(await discover(await deployment.euicc(), terminal.client(Es11Service))).toEqual([]);
      const absent = [
        terminal.client(Es9PlusService).handleNotification({ pendingNotification: Buffer.from('bf2f00', 'hex') }),
        terminal
          .client(AcquisitionService)
          .acquire({ transactionId: Buffer.alloc(16), dataAcquisitionKey: Buffer.alloc(32) }),
        terminal.client(DirectoryService).listRspServers({}),
        terminal.client(RegistrationService).registerAcquisition({
          eid: '0'.repeat(32),
          rspServerAddress: 'rsp.example',
          eventId: 'A',
          dataAcquisitionKeyDigest: Buffer.alloc(32),
          withCertificate: false,
          contractId: '0'.repeat(36),
          expireTime: new Date(),
        }),
      ];
      for (const call of absent) await expect(call).rejects.toMatchObject({ status: 'UNIMPLEMENTED' });
    } finally {
      terminal.close();
      await relay.stop();
      await database.drop();
      await deployment.remove();
    }
  });
});
