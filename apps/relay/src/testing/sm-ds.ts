import { randomBytes } from 'node:crypto';
import { createPrisma, Database, migrationsFolder } from '@tegata/database';
import { createTestDatabase } from '@tegata/database/testing';
import { FlowRecorder, prismaFlowStore } from '@tegata/operations';
import { BegunSessions } from '@tegata/rsp';
import { createLogger } from '@tegata/service-kit';
import { CertificateCache } from '@tegata/x509';
import { readRelayConfig } from '../config.ts';
import type { RelayContext } from '../context.ts';
import type { EventOwner } from '../directory.ts';
import { smDs } from '../es11/sm-ds.ts';
import { PrismaClient } from '../generated/client.ts';
import { type Deployment, smDsAddress } from './deployment.ts';

/** SM-DP+ that may register events. */
export const owners = [
  { address: 'rsp.aozora.example', owner: 'management/aozora' },
  { address: 'rsp.minato.example', owner: 'management/minato' },
] as const satisfies readonly EventOwner[];

/** What a test says about an SM-DS. */
export interface TestSmDsOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly eventOwners?: readonly EventOwner[];
  readonly rootSmDs?: RelayContext['rootSmDs'];
  /** Of every connection to the database, as `-c name=value`. */
  readonly settings?: string;
}

/** The handlers' context on a database of its own, with a clock that the test turns. */
export interface TestSmDs {
  readonly context: RelayContext;
  /** The context of another replica, with connections of its own to the same database. */
  readonly replica: RelayContext;
  /** Lets time pass, in milliseconds. */
  pass(ms: number): void;
  /** Forgets everything that was registered. */
  clear(): Promise<void>;
  drop(): Promise<void>;
}

export async function makeSmDs({ keys }: Deployment, options: TestSmDsOptions = {}): Promise<TestSmDs> {
  const test = await createTestDatabase(migrationsFolder(new URL('..', import.meta.url).href));
  const url = options.settings ? `${test.url}?options=${encodeURIComponent(options.settings)}` : test.url;
  let offset = 0;
  const clock = () => new Date(Date.now() + offset);
  const config = readRelayConfig({
    TEGATA_RELAY_MODE: 'sm-ds',
    TEGATA_PKI: '-',
    TEGATA_VAULT_KEY_FILE: '-',
    TEGATA_ADDRESS: smDsAddress,
    DATABASE_URL: test.url,
    ...options.env,
  });
  const own = smDs(keys, config.address);
  const key = randomBytes(32);
  const replica = (): RelayContext => {
    const database = new Database({ url, applicationName: 'relay', maxConnections: 8 });
    const prisma = createPrisma(PrismaClient, database);
    return {
      config,
      logger: createLogger('relay', { level: 'silent' }),
      clock,
      random: randomBytes,
      prisma,
      database,
      smDs: () => own,
      begunSessions: new BegunSessions(key, randomBytes, clock),
      certificateCache: new CertificateCache(),
      eventOwners: options.eventOwners ?? owners,
      rootSmDs: options.rootSmDs,
      flow: new FlowRecorder(prismaFlowStore(prisma.flowStep), 'relay', clock),
    };
  };
  const replicas = [replica(), replica()] as const;
  const [context] = replicas;
  return {
    context,
    replica: replicas[1],
    pass(ms) {
      offset += ms;
    },
    async clear() {
      await context.database.change('TRUNCATE event, event_owner, forwarding, es11_session, es9_route');
    },
    async drop() {
      for (const { prisma, database } of replicas) {
        await prisma.$disconnect();
        await database.close();
      }
      await test.drop();
    },
  };
}
