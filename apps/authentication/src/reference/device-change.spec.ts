import { randomBytes, randomUUID, sign } from 'node:crypto';
import { type EarlierVerification, EvidenceKind, IdentityDocuments } from '@tegata/contracts/authentication-v1';
import type { VerificationInput } from '@tegata/ekyc';
import {
  applicantDigest,
  assembleTransferStatement,
  parseIdentityCertificate,
  sealEnvelope,
  sealPurposes,
  signAssertion,
  type TransferStatement,
  transferStatementOctets,
} from '@tegata/identity';
import { InProcessKey, type ManufacturedEuicc } from '@tegata/pki';
import { openAttributes } from '../certificates/attribute-openings.ts';
import { currentStatusList } from '../certificates/status-list.ts';
import { openCertificate } from '../certificates/stored-certificate.ts';
import type { AuthenticationContext } from '../context.ts';
import { claimReview } from '../review/claim-review.ts';
import { createTestContext, pictures, type TestContext, verdictOf } from '../testing/test-context.ts';
import { upkeep } from '../upkeep.ts';
import { judgeVerification } from '../verification/judge-verification.ts';
import { startVerification } from '../verification/start-verification.ts';

const day = 86_400_000;

/** A person whose identity was verified with a document, and their next phone. */
describe('the certificate of a person who changes devices', () => {
  let test: TestContext;
  let context: AuthenticationContext;
  let successor: ManufacturedEuicc;
  let old: ManufacturedEuicc;
  /** verification with the document */
  let first: string;

  beforeAll(async () => {
    test = await createTestContext();
  });
  afterAll(() => test.close());

  beforeEach(async () => {
    context = test.context;
    test.engine.verdict = verdictOf();
    old = await manufactured();
    successor = await manufactured();
    first = await test.captured(2, old);
    await judgeVerification(context, first);
  });

  const manufactured = () => test.manufactured();
  const later = (milliseconds: number) => {
    test.time.now = new Date(test.time.now.getTime() + milliseconds);
  };
  const certificateOf = (verificationId: string) =>
    context.prisma.identityCertificate.findUniqueOrThrow({ where: { verificationId } });
  const references = async () =>
    (await context.prisma.identityReference.findMany()).map(({ serialNumber }) => serialNumber);

  /** What the old device gives, right unless a test says otherwise. */
  async function transfer(deviation: Partial<TransferStatement> = {}, signer = old): Promise<EarlierVerification> {
    const octets = transferStatementOctets({
      transferId: randomUUID(),
      eid: old.eid,
      successorEid: successor.eid,
      counter: 1,
      time: context.clock(),
      ...deviation,
    });
    const signature = sign('sha256', octets, { key: signer.privateKey, dsaEncoding: 'ieee-p1363' });
    const attributes = await openAttributes(context, await certificateOf(first));
    return { transferStatement: Buffer.from(assembleTransferStatement(octets, signature)), attributes };
  }

  /** Hands it in at a carrier, from the new device. */
  async function handIn(
    earlierVerification: EarlierVerification,
    { contractId = randomUUID(), device = successor, familyName = 'Himitsuyama', ...policy } = {} as {
      contractId?: string;
      device?: ManufacturedEuicc;
      familyName?: string;
      acceptedEvidence?: EvidenceKind[];
      minimumAssuranceLevel?: number;
      maximumVerificationAgeDays?: number;
    },
  ): Promise<string> {
    const recipient = context.keys.encryption.certificate;
    const sealed = (purpose: (typeof sealPurposes)[keyof typeof sealPurposes], plaintext: Uint8Array) =>
      sealEnvelope({ recipient, purpose, binding: contractId, plaintext });
    const documents = IdentityDocuments.fromPartial({
      kind: EvidenceKind.EARLIER_VERIFICATION,
      earlierVerification,
      declaredAttributes: [{ name: 'family_name', value: familyName }],
    });
    const { eid, privateKey, euiccCertificate, eumCertificate } = device;
    const assertion = await signAssertion(
      {
        ...{ contractId, nonce: randomBytes(32), carrierOid: '2.999.21', eid, method: 'password', counter: 1 },
        ...{ outcome: 'success', verifiedIn: 'eUICC', time: context.clock() },
      },
      { key: new InProcessKey(privateKey), euiccCertificate: euiccCertificate.raw, eumCertificate: eumCertificate.raw },
    );
    const request = {
      contractId,
      sealedEid: await sealed(sealPurposes.eid, Buffer.from(eid, 'ascii')),
      sealedIdentityDocuments: await sealed(
        sealPurposes.identityDocuments,
        IdentityDocuments.encode(documents).finish(),
      ),
      dataAcquisitionKeyDigest: randomBytes(32),
      localAuthenticationAssertion: Buffer.from(assertion),
      applicantDigest: Buffer.from(applicantDigest(documents.declaredAttributes, assertion)),
      ...{
        acceptedEvidence: [],
        minimumAssuranceLevel: 0,
        maximumVerificationAgeDays: 0,
        requiredAttributes: [],
        ...policy,
      },
    };
    const { verification } = await startVerification(context, request, 'minato', new AbortController().signal);
    return verification.verificationId;
  }
  /** The ID photo has arrived, and is judged. */
  async function photographed(id: string): Promise<void> {
    await context.prisma.verification.updateMany({ where: { id }, data: { state: 'JUDGING', motions: 'left,up' } });
    await judgeVerification(context, id);
  }
  const stateOf = async (id: string) => (await context.prisma.verification.findUniqueOrThrow({ where: { id } })).state;
  const reasonOf = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'none',
      (error: { reason?: string }) => error.reason ?? String(error),
    );

  it('moves with a statement by the old eUICC and the face, and says no more than the one before', async () => {
    later(100 * day);
    const before = await certificateOf(first);
    const asked: VerificationInput[] = [];
    const engine = {
      ...context.engine,
      verifyIdentity: async (input: VerificationInput) => {
        asked.push(input);
        return verdictOf();
      },
    };
    context = { ...context, engine };
    const openings = await openAttributes(context, before);
    const id = await handIn(await transfer());
    expect(await stateOf(id)).toBe('ID_PHOTO_REQUESTED');
    await photographed(id);
    expect(await stateOf(id)).toBe('VERIFIED');
    expect(asked).toMatchObject([{ documentKind: 'portrait', reference: { models: 'none' } }]);
    expect(asked[0]?.reference?.descriptor).toHaveLength(128);

    const after = await certificateOf(id);
    const [earlier, moved] = await Promise.all(
      [before, after].map(async (row) => parseIdentityCertificate(await openCertificate(context, row))),
    );
    expect(moved).toMatchObject({
      eid: successor.eid,
      method: 'earlier-verification-and-id-photo',
      evidenceClass: earlier!.evidenceClass,
      assuranceLevel: earlier!.assuranceLevel,
      verifiedAt: earlier!.verifiedAt,
    });
    expect(moved!.certificate.notAfter).toEqual(earlier!.certificate.notAfter);
    const values = (list: { name: string; value: string }[]) => list.map(({ name, value }) => [name, value]);
    expect(values(await openAttributes(context, after))).toEqual(values(openings));
    // Salts are new: who has seen both certificates can't tell by them that they are one person's.
    expect([...moved!.attributeDigests.values()]).not.toEqual([...earlier!.attributeDigests.values()]);
  });

  it('is revoked on the old device, at once and on the list, and what was kept goes with it to the new one', async () => {
    const { serialNumber } = await certificateOf(first);
    const list = await currentStatusList(context);
    const id = await handIn(await transfer());
    await photographed(id);
    expect(await certificateOf(first)).toMatchObject({ revocationReason: 4, revokedAt: context.clock() });
    expect(await currentStatusList(context)).not.toEqual(list);
    expect(await references()).not.toContain(serialNumber);
    expect(await references()).toContain((await certificateOf(id)).serialNumber);
    expect(await reasonOf(handIn(await transfer()))).toBe('TRANSFER_NOT_ACCEPTED');
  });

  it('does not move without the face: refused and asked again as elsewhere, and the old device keeps its certificate', async () => {
    const id = await handIn(await transfer());
    for (const state of ['ID_PHOTO_REQUESTED', 'ID_PHOTO_REQUESTED', 'REFUSED']) {
      test.engine.verdict = verdictOf('FACE_NOT_MATCHING');
      await photographed(id);
      expect(await stateOf(id)).toBe(state);
    }
    expect((await certificateOf(first)).revokedAt).toBeNull();
    expect(await references()).toContain((await certificateOf(first)).serialNumber);
  });

  it('waits for a person in the middle band, who sees the portrait that was kept', async () => {
    context = { ...context, config: { ...context.config, review: 'at-once' } };
    const id = await handIn(await transfer());
    test.engine.verdict = verdictOf('FACE_MATCH_UNCERTAIN');
    await photographed(id);
    const claim = { verificationId: id, reviewer: 'Kensa', claim: Buffer.alloc(0) };
    const { documentImage } = await claimReview(context, claim);
    expect(documentImage.equals(pictures.portrait)).toBe(true);
  });

  it.each<[string, string, () => Promise<string>]>([
    ['by another eUICC', 'TRANSFER_NOT_ACCEPTED', async () => handIn(await transfer({}, successor))],
    [
      'about an EID that was never verified',
      'TRANSFER_NOT_ACCEPTED',
      async () => handIn(await transfer({ eid: (await manufactured()).eid })),
    ],
    [
      'for another device, from whoever overheard it',
      'TRANSFER_OF_ANOTHER_DEVICE',
      async () => handIn(await transfer(), { device: await manufactured() }),
    ],
    [
      'of yesterday',
      'TRANSFER_EXPIRED',
      async () => handIn(await transfer({ time: new Date(context.clock().getTime() - day) })),
    ],
    [
      'that is dated ahead',
      'TRANSFER_EXPIRED',
      async () => handIn(await transfer({ time: new Date(context.clock().getTime() + day) })),
    ],
    [
      'with an attribute changed',
      'TRANSFER_NOT_ACCEPTED',
      async () => {
        const { attributes, ...code } = await transfer();
        return handIn({ ...code, attributes: attributes.map((one) => ({ ...one, value: 'Nisemono' })) });
      },
    ],
    [
      'with an attribute left out',
      'TRANSFER_NOT_ACCEPTED',
      async () => handIn({ ...(await transfer()), attributes: [] }),
    ],
    [
      "in somebody else's name",
      'DECLARED_ATTRIBUTE_DIFFERS',
      async () => handIn(await transfer(), { familyName: 'Betsujin' }),
    ],
    [
      'to a carrier that does not take the evidence of then',
      'EVIDENCE_NOT_ACCEPTED',
      async () => handIn(await transfer(), { acceptedEvidence: [EvidenceKind.DOCUMENT_CHIP] }),
    ],
    [
      'to a carrier that wants a higher level',
      'EVIDENCE_NOT_ACCEPTED',
      async () => handIn(await transfer(), { minimumAssuranceLevel: 2 }),
    ],
    [
      'to a carrier for which it was too long ago',
      'EVIDENCE_NOT_ACCEPTED',
      async () => {
        later(31 * day);
        return handIn(await transfer(), { maximumVerificationAgeDays: 30 });
      },
    ],
    [
      'after its end',
      'TRANSFER_NOT_ACCEPTED',
      async () => {
        // The openings are in the device by then, and gone here.
        const { attributes } = await transfer();
        later(366 * day);
        return handIn({ ...(await transfer()), attributes });
      },
    ],
    [
      'to a server that keeps nothing of faces',
      'EVIDENCE_NOT_ACCEPTED',
      async () => {
        const code = await transfer();
        context = { ...context, config: { ...context.config, deviceChange: 'off' } };
        return handIn(code);
      },
    ],
  ])('does not move by a statement %s', async (_, reason, work) => {
    expect(await reasonOf(work())).toBe(reason);
  });

  it('moves by a statement once: again for the same contract is the same verification, for another it is used', async () => {
    const transferId = randomUUID();
    const code = await transfer({ transferId });
    const contractId = randomUUID();
    const id = await handIn(code, { contractId });
    expect(await handIn(code, { contractId })).toBe(id);
    expect(await reasonOf(handIn(code))).toBe('TRANSFER_USED');
    // Another signature over the same is the same statement.
    const signedAgain = await transfer({ transferId });
    expect(signedAgain.transferStatement).not.toEqual(code.transferStatement);
    expect(await reasonOf(handIn(signedAgain))).toBe('TRANSFER_USED');
  });

  it('moves to one device, of two that are judged at the same time', async () => {
    const [one, two] = [successor, await manufactured()];
    const ids = [
      await handIn(await transfer({ successorEid: one.eid }), { device: one }),
      await handIn(await transfer({ successorEid: two.eid }), { device: two }),
    ];
    await Promise.all(ids.map(photographed));
    expect((await Promise.all(ids.map(stateOf))).sort()).toEqual(['REFUSED', 'VERIFIED']);
  });

  it('can be tried to move a few times only, whatever the carriers', async () => {
    for (let k = 0; k < context.config.transferTries; k++) await handIn(await transfer());
    expect(await reasonOf(handIn(await transfer()))).toBe('TRANSFER_TRIES_USED_UP');
  });

  it('is not moved while it is judged, when it was revoked in the meantime', async () => {
    const id = await handIn(await transfer());
    const { serialNumber } = await certificateOf(first);
    await context.prisma.identityCertificate.update({ where: { serialNumber }, data: { revokedAt: context.clock() } });
    await photographed(id);
    expect(await stateOf(id)).toBe('REFUSED');
  });

  describe('what is kept of a face', () => {
    const own = async () => (await references()).includes((await certificateOf(first)).serialNumber);

    it('goes when the certificate ends', async () => {
      const { serialNumber } = await certificateOf(first);
      await context.prisma.identityCertificate.update({
        where: { serialNumber },
        data: { acquiredAt: context.clock() },
      });
      later(364 * day);
      await upkeep(context);
      expect(await own()).toBe(true);
      later(2 * day);
      await upkeep(context);
      expect(await own()).toBe(false);
    });

    it('goes when the certificate is revoked', async () => {
      const { serialNumber } = await certificateOf(first);
      await context.prisma.identityCertificate.update({
        where: { serialNumber },
        data: { revokedAt: context.clock() },
      });
      await upkeep(context);
      expect(await own()).toBe(false);
    });

    it('goes when devices are no longer to be changed, and none is made then', async () => {
      context = { ...context, config: { ...context.config, deviceChange: 'off' } };
      await upkeep(context);
      expect(await references()).toEqual([]);
      const id = await test.captured();
      await judgeVerification(context, id);
      expect([await stateOf(id), await references()]).toEqual(['VERIFIED', []]);
    });
  });
});
