import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { createPrisma, Database, LocalKeyEncryptionKey, Vault } from '@tegata/database';
import { createTestDatabase } from '@tegata/database/testing';
import { FlowRecorder, prismaFlowStore } from '@tegata/operations';
import { BegunSessions, type RefusalName, refusals } from '@tegata/rsp';
import { createLogger, rateLimited, refusal, ServiceError } from '@tegata/service-kit';
import { CertificateCache } from '@tegata/x509';
import { readCarrier } from '../carrier.ts';
import type { SmDpContext } from '../context.ts';
import { EuiccKeys } from '../es9plus/euicc-keys.ts';
import { SessionMemory } from '../es9plus/session-memory.ts';
import { PrismaClient } from '../generated/client.ts';

/** An SM-DS as far as ES12 goes: it keeps events, refuses what it knows or does not know, can be out of reach, and lose its answers. */
export class EventKeeper {
  /** EID by event identifier */
  readonly events = new Map<string, string>();
  /** address of the SM-DP+ by event identifier */
  readonly addresses = new Map<string, string>();
  reachable = true;
  tooOften = false;
  /** Answers that are lost next: what was asked for is done all the same. */
  answersToLose = 0;
  calls = 0;

  async registerEvent({ eid, eventId, rspServerAddress }: { eid: string; eventId: string; rspServerAddress: string }) {
    this.#requireReachable();
    if (this.events.has(eventId)) throw refused('EVENT_ALREADY_REGISTERED');
    this.events.set(eventId, eid);
    this.addresses.set(eventId, rspServerAddress);
    return this.#answer();
  }

  async deleteEvent({ eid, eventId }: { eid: string; eventId: string }) {
    this.#requireReachable();
    if (this.events.get(eventId) !== eid) throw refused('EVENT_UNKNOWN');
    this.events.delete(eventId);
    return this.#answer();
  }

  #requireReachable() {
    this.calls++;
    if (!this.reachable) throw outOfReach();
    if (this.tooOften) throw rateLimited(1000);
  }

  #answer() {
    if (this.answersToLose === 0) return {};
    this.answersToLose--;
    throw outOfReach();
  }
}

const refused = (reason: RefusalName) =>
  new ServiceError({ status: 'FAILED_PRECONDITION', reason, message: refusals[reason].message });
const outOfReach = () => refusal('SERVER_UNREACHABLE');

/** A management server's context on a database of its own, as far as the SM-DP+ needs one. */
export interface TestContext {
  readonly context: SmDpContext;
  readonly smds: EventKeeper;
  /** Time of the server; it stands still. */
  readonly time: { now: Date };
  close(): Promise<void>;
}

/** SM-DS that orders may name. */
export const smdsAddress = 'smds.tegata.example';

/** The one set of CIs and certificates besides the server's own. */
export const sampleSet = { name: 'sgp26', address: 'testsmdpplus1.example.com' };

const day = 24 * 60 * 60 * 1000;

/**
 * Makes one with the migrations applied.
 * @param settings of every connection, as `-c name=value`
 */
export async function createTestContext(more: Partial<SmDpContext> = {}, settings = ''): Promise<TestContext> {
  const test = await createTestDatabase(resolve(import.meta.dirname, '../../prisma/migrations'));
  const url = settings ? `${test.url}?options=${encodeURIComponent(settings)}` : test.url;
  const database = new Database({ url, applicationName: 'spec', maxConnections: 8 });
  const prisma = createPrisma(PrismaClient, database);
  const smds = new EventKeeper();
  const time = { now: new Date('2026-11-22T12:00:00Z') };
  const context: SmDpContext = {
    config: {
      keyExport: 'on',
      rspSessionLifetimeMs: 600_000,
      sessionRetentionMs: 30 * day,
      progressRetentionMs: 90 * day,
      rowKeyRetentionMs: 365 * day,
    },
    addressOfSet: (set) => (set === sampleSet.name ? sampleSet.address : undefined),
    certificateCache: new CertificateCache(),
    euiccKeys: new EuiccKeys(),
    begunSessions: new BegunSessions(randomBytes(32), randomBytes, () => time.now),
    sessions: new SessionMemory(),
    operatorBackEnd: undefined,
    flow: new FlowRecorder(prismaFlowStore(prisma.flowStep), 'management/aozora', () => time.now),
    carrier: readCarrier(resolve(import.meta.dirname, '../../../../tools/network/carriers/aozora.json')),
    logger: createLogger('spec', { level: 'silent' }),
    clock: () => time.now,
    random: randomBytes,
    prisma,
    database,
    vault: new Vault({ current: new LocalKeyEncryptionKey('spec', randomBytes(32)) }),
    smDsServers: [{ address: smdsAddress, es12: smds, forwardingIndicator: false }],
    ...more,
  };
  return {
    context,
    smds,
    time,
    async close() {
      await prisma.$disconnect();
      await database.close();
      await test.drop();
    },
  };
}
