import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaptureSegment, EvidenceKind, IdentityDocuments } from '@tegata/contracts/authentication-v1';
import { createPrisma, Database, LocalKeyEncryptionKey, migrationsFolder, Vault } from '@tegata/database';
import { createTestDatabase } from '@tegata/database/testing';
import { legiblePicture } from '@tegata/document-picture/testing';
import { type DocumentOutcome, type DocumentReading, REASONS, type ReasonCode, type Verdict } from '@tegata/ekyc';
import { digestFrames } from '@tegata/ekyc/frame-digests';
import { FlowRecorder, prismaFlowStore } from '@tegata/operations';
import { ensurePki, InProcessKey, loadAuthenticationKeys, loadEum, manufactureEuicc } from '@tegata/pki';
import { createLogger } from '@tegata/service-kit';
import { CertificateCache, subjectPublicKeyInfo } from '@tegata/x509';
import { readAuthenticationConfig } from '../config.ts';
import type { AuthenticationContext } from '../context.ts';
import { PrismaClient } from '../generated/client.ts';
import { drawIdentityProofRequest } from '../verification/identity-proof-request.ts';
import { segmentBinding } from '../verification/segment-binding.ts';
import { sealReading } from '../verification/stored-reading.ts';

/** Pictures of the applicant; nothing of them may be left when they are erased. */
export const pictures = {
  document: Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), randomBytes(2000)]),
  portrait: Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), randomBytes(2000)]),
  frame: Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), randomBytes(2000)]),
};

/** A verdict as the engine gives it, with one thing that did not hold, or none. */
export function verdictOf(code?: ReasonCode): Verdict {
  const refuses = code !== undefined && !('review' in REASONS[code]);
  return {
    outcome: code === undefined ? 'accepted' : refuses ? 'refused' : 'review',
    reasons: code === undefined ? [] : [{ ...REASONS[code], code }],
    scores: {
      framesAnalysed: 29,
      matchDistance: 0.5,
      detailCorrelation: 0.4,
      identityDistance: 0.3,
      identityStep: 0.2,
      frozenShare: 0,
      screenLight: { correlation: 0.99, gain: 0.05 },
      documentLight: null,
      motions: [],
    },
    checks: [],
    models: 'none',
  };
}

/** What the picture of a licence says that holds at the tests' time. */
export const legibleLicence: DocumentReading = {
  picture: legiblePicture,
  type: 'driving-licence',
  numberSide: false,
  mrz: undefined,
  printed: {
    name: { value: 'HIMITSUYAMA', confidence: 92 },
    birthDate: { value: '1996-04-12', confidence: 92 },
    address: { value: '東京都千代田区霞が関9-8-7', confidence: 92 },
    expiryDate: { value: '2029-05-12', confidence: 92 },
    number: { value: '302345678920', confidence: 92 },
  },
  printedText: [],
  models: 'none',
};

/** An authentication server's context on a database of its own; its engine says what a test has it say. */
export async function createTestContext(env: NodeJS.ProcessEnv = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'authentication-'));
  const time = { now: new Date('2026-11-28T12:00:00Z') };
  const clock = () => new Date(time.now);
  const plan = {
    eum: { organisation: 'Tegata EUM', iin: '89049032' },
    carriers: [],
    relay: { organisation: 'Tegata', oid: '2.999.31', address: 'relay.tegata.example' },
    authentication: { organisation: 'Tegata Identity' },
    operators: [],
  };
  await ensurePki(folder, plan, { at: clock(), random: randomBytes });
  const keys = await loadAuthenticationKeys(folder, { at: clock() });
  /** An eUICC of its own: of one EID, one certificate at a time is in force. */
  const manufactured = async () =>
    manufactureEuicc(await loadEum(folder, { at: clock() }), { random: randomBytes, at: clock() });
  const euicc = await manufactured();
  const test = await createTestDatabase(migrationsFolder(new URL('..', import.meta.url).href));
  const database = new Database({ url: test.url, applicationName: 'spec', maxConnections: 6 });
  const prisma = createPrisma(PrismaClient, database);
  const engine: { verdict: Verdict | Error; asked: number; reading: DocumentReading } = {
    verdict: verdictOf(),
    asked: 0,
    reading: legibleLicence,
  };
  const needed = { TEGATA_PKI: folder, TEGATA_VAULT_KEY_FILE: 'none', DATABASE_URL: test.url };
  // Captures are of a face alone here, and checks decide, unless a test says otherwise.
  const config = { ...needed, TEGATA_DOCUMENT_LIGHT: 'off', TEGATA_DOCUMENT_IMAGES: 'automatic', ...env };
  const context: AuthenticationContext = {
    config: readAuthenticationConfig(config),
    logger: createLogger('spec', { level: 'silent' }),
    clock,
    random: randomBytes,
    prisma,
    vault: new Vault({ current: new LocalKeyEncryptionKey('spec', randomBytes(32)) }),
    eidTagKey: randomBytes(32),
    frameDigestKey: randomBytes(32),
    engine: {
      checkDocument: async () => ({ outcome: 'accepted', reasons: [], checks: [], quarterTurns: 0 }),
      digestFrames: (frames, key) => digestFrames(frames, key, () => undefined),
      verifyIdentity: async () => {
        engine.asked++;
        if (engine.verdict instanceof Error) throw engine.verdict;
        return engine.verdict;
      },
      makeReference: async () => ({
        descriptor: Array(128).fill(0.1),
        models: 'none',
        portrait: pictures.portrait,
      }),
    },
    reader: { read: async () => engine.reading },
    keys,
    cis: keys.cis,
    csca: undefined,
    personCas: undefined,
    certificateCache: new CertificateCache(),
    flow: new FlowRecorder(prismaFlowStore(prisma.flowStep), 'authentication', clock),
  };

  /** A verification whose document was read, whose ID photo has arrived, and which waits to be judged. */
  async function captured(
    triesLeft = 2,
    person = euicc,
    outcome: DocumentOutcome = 'accepted',
    images: readonly Uint8Array[] = new Array<Uint8Array>(5).fill(pictures.frame),
  ): Promise<string> {
    const id = randomUUID();
    const documents = IdentityDocuments.encode({
      kind: EvidenceKind.DOCUMENT_IMAGE,
      documentImage: pictures.document,
      documentChip: undefined,
      publicKeyIdentity: undefined,
      earlierVerification: undefined,
      declaredAttributes: [{ name: 'family_name', value: 'Himitsuyama' }],
    }).finish();
    const code = 'DOCUMENT_NAME_UNCERTAIN';
    const reading = await sealReading(context, id, {
      outcome,
      reasons: outcome === 'accepted' ? [] : [{ code, sentence: REASONS[code].sentence }],
      attributes: [{ name: 'family_name', value: 'Himitsuyama' }],
      audit: { outcome, type: 'driving-licence', checks: [] },
    });
    await prisma.verification.create({
      data: {
        id,
        carrier: 'aozora',
        contractId: randomUUID(),
        requestDigest: new Uint8Array(randomBytes(32)),
        state: 'JUDGING',
        eid: await context.vault.seal(`verification:${id}:eid`, Buffer.from(person.eid, 'ascii')),
        euiccPublicKey: new Uint8Array(subjectPublicKeyInfo(new InProcessKey(person.privateKey).publicKey)),
        dakDigest: new Uint8Array(randomBytes(32)),
        documents: await context.vault.seal(`verification:${id}:documents`, documents),
        reading,
        triesLeft,
        createdAt: clock(),
        ...drawIdentityProofRequest(context),
        motions: 'left,up,right,down',
      },
    });
    for (const [promptNumber, image] of images.entries()) {
      const frames = [{ image: Buffer.from(image), capturedAtMs: 200 * promptNumber, colourNumber: 0 }];
      const octets = CaptureSegment.encode({ captureStatement: randomBytes(64), frames }).finish();
      const segment = await context.vault.seal(segmentBinding(id, promptNumber), octets);
      await prisma.captureSegment.create({ data: { verificationId: id, promptNumber, segment } });
    }
    return id;
  }

  return {
    context,
    engine,
    time,
    euicc,
    manufactured,
    captured,
    /** Everything in every table, as text: octets in hex. */
    async dump(): Promise<string> {
      const tables = await database.query<{ name: string }>(
        `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
        [],
      );
      const rows: string[] = [];
      for (const { name } of tables) {
        const found = await database.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" t`, []);
        rows.push(...found.map(({ row }) => row));
      }
      return rows.join('\n');
    },
    async close(): Promise<void> {
      await prisma.$disconnect();
      await database.close();
      await test.drop();
      await rm(folder, { recursive: true });
    },
  };
}

export type TestContext = Awaited<ReturnType<typeof createTestContext>>;
