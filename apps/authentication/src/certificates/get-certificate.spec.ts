import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IssuedCertificate } from '@tegata/contracts/authentication-v1';
import { createPrisma, Database, LocalKeyEncryptionKey, migrationsFolder, Vault } from '@tegata/database';
import { createTestDatabase, type TestDatabase } from '@tegata/database/testing';
import { dataAcquisitionKeyDigest, openEnvelope, sealPurposes } from '@tegata/identity';
import { type AuthenticationKeys, ensurePki, loadAuthenticationKeys, loadRelayKeys, type RelayKeys } from '@tegata/pki';
import { PrismaClient } from '../generated/client.ts';
import { eidTag } from '../verification/eid-tag.ts';
import { sealAttributes } from './attribute-openings.ts';
import { getCertificate } from './get-certificate.ts';
import { sealCertificate } from './stored-certificate.ts';

const eid = '89049032000000000000000000000061';
const attribute = { name: 'family_name', value: 'Yamada', salt: Buffer.alloc(16, 7) };
const der = Buffer.from('the certificate');

describe('a certificate that waits under a data acquisition key', () => {
  let folder: string;
  let test: TestDatabase;
  let database: Database;
  let context: Parameters<typeof getCertificate>[0];
  let relay: RelayKeys;
  let keys: AuthenticationKeys;
  let dataAcquisitionKey: Buffer;
  let dataAcquisitionKeyDigestField: Buffer;
  let serialNumber: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'get-certificate-'));
    const plan = {
      eum: { organisation: 'Tegata EUM', iin: '89049032' },
      carriers: [],
      relay: { organisation: 'Tegata', oid: '2.999.31', address: 'relay.tegata.example' },
      authentication: { organisation: 'Tegata Identity' },
      operators: [],
    };
    await ensurePki(folder, plan, { at: new Date(), random: randomBytes });
    keys = await loadAuthenticationKeys(folder);
    relay = await loadRelayKeys(folder);
    test = await createTestDatabase(migrationsFolder(new URL('..', import.meta.url).href));
    database = new Database({ url: test.url, applicationName: 'authentication' });
    context = {
      prisma: createPrisma(PrismaClient, database),
      clock: () => new Date(),
      keys,
      vault: new Vault({ current: new LocalKeyEncryptionKey('spec', randomBytes(32)) }),
      eidTagKey: randomBytes(32),
    };
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
    await rm(folder, { recursive: true });
  });

  beforeEach(async () => {
    dataAcquisitionKey = randomBytes(32);
    dataAcquisitionKeyDigestField = Buffer.from(dataAcquisitionKeyDigest(dataAcquisitionKey));
    serialNumber = randomBytes(8).toString('hex').toUpperCase();
    const dakDigest = new Uint8Array(dataAcquisitionKeyDigestField);
    const verificationId = randomUUID();
    const soon = new Date(Date.now() + 60_000);
    await context.prisma.verification.create({
      data: {
        id: verificationId,
        carrier: 'aozora',
        contractId: randomUUID(),
        requestDigest: new Uint8Array(randomBytes(32)),
        eid: new Uint8Array(1),
        euiccPublicKey: new Uint8Array(1),
        dakDigest,
        identityProofRequestId: randomUUID(),
        motions: 'LEFT',
        nonce: new Uint8Array(32),
        identityProofExpiresAt: soon,
        triesLeft: 3,
        certificate: {
          create: {
            serialNumber,
            dakDigest,
            eidTag: eidTag(context.eidTagKey, eid),
            certificate: await sealCertificate(context, serialNumber, der),
            attributeOpenings: await sealAttributes(context, serialNumber, [attribute]),
            issuedAt: new Date(),
            expiresAt: soon,
            acquirableUntil: soon,
          },
        },
      },
    });
  });

  const ask = (shown: { key?: Buffer; eid?: string }) =>
    getCertificate(context, {
      dataAcquisitionKey: shown.key ?? dataAcquisitionKey,
      dataAcquisitionKeyDigest: dataAcquisitionKeyDigestField,
      eid: shown.eid ?? eid,
    });
  const change = (data: { revokedAt?: Date; acquirableUntil?: Date }) =>
    context.prisma.identityCertificate.update({ where: { serialNumber }, data });
  const notFound = { reason: 'CERTIFICATE_NOT_FOUND' };

  it('is given, sealed to the relay, to whoever shows the key', async () => {
    const { sealedCertificate } = await ask({});
    const opened = await openEnvelope({
      key: relay.encryption.key,
      purpose: sealPurposes.identityCertificate,
      binding: dataAcquisitionKeyDigestField.toString('hex'),
      envelope: sealedCertificate,
    });
    const { certificateChain, attributeOpenings } = IssuedCertificate.decode(opened);
    expect(certificateChain).toEqual([der, Buffer.from(keys.issuingCa.certificate.raw)]);
    expect(attributeOpenings).toEqual([attribute]);
  });

  it('is known to have been fetched, since the first time, and not by who was refused', async () => {
    const acquired = async () =>
      (await context.prisma.identityCertificate.findUniqueOrThrow({ where: { serialNumber } })).acquiredAt?.getTime();
    await expect(ask({ key: randomBytes(32) })).rejects.toMatchObject(notFound);
    expect(await acquired()).toBeUndefined();
    await ask({});
    const first = await acquired();
    expect(first).toBeGreaterThan(Date.now() - 60_000);
    await ask({});
    expect(await acquired()).toBe(first);
  });

  it('is not given to whoever knows the digest of the key only', async () => {
    await expect(ask({ key: dataAcquisitionKeyDigestField })).rejects.toMatchObject(notFound);
    await expect(ask({ key: randomBytes(32) })).rejects.toMatchObject(notFound);
  });

  it('is not given for another EID', async () => {
    await expect(ask({ eid: eid.replace('61', '58') })).rejects.toMatchObject(notFound);
  });

  it('is not given when it was revoked', async () => {
    await change({ revokedAt: new Date() });
    await expect(ask({})).rejects.toMatchObject(notFound);
  });

  it('is not given after its time', async () => {
    await change({ acquirableUntil: new Date() });
    await expect(ask({})).rejects.toMatchObject(notFound);
  });
});
