import { randomBytes } from 'node:crypto';
import { encodeTlv, parseChildren, parseTlv } from '@tegata/der';
import {
  makeProfileElement,
  type ProfileElement,
  type ProfileElementInput,
  readProfilePackage,
} from '@tegata/profile-package';
import {
  type Binding,
  Bsp,
  bindProfilePackage,
  deriveSessionKeys,
  EuiccResponse,
  type OneTimeKey,
  OneTimeKeyPair,
  ProfileInstallationResult,
  packIccidInOrder,
  SegmentTag,
  sealSegments,
  signedData,
  signerOf,
  signObjectNow,
  splitBoundProfilePackage,
} from '@tegata/rsp';
import fc from 'fast-check';
import type { Euicc } from '../euicc.ts';
import type { CrashingFolder } from '../testing/crashing-folder.ts';
import { installationOutcome, memoryContent, withoutResults } from '../testing/results.ts';
import { SUBSCRIPTION, subscriptionPackage } from '../testing/subscription.ts';
import { EID, newEuicc } from '../testing/test-euicc.ts';
import { metadataFor, TestSmdp } from '../testing/test-smdp.ts';
import { describeWithVectors, samplePackage, vectorPrivateKey } from '../testing/vectors.ts';

const { iccid: ICCID } = SUBSCRIPTION;
const OWNER = { mccMnc: '00101' };

describeWithVectors('LoadBoundProfilePackage', () => {
  const smdp = new TestSmdp();
  let euicc: Euicc;
  let folder: CrashingFolder;
  let upp: Uint8Array;
  beforeAll(() => {
    upp = subscriptionPackage();
  });
  beforeEach(async () => {
    ({ euicc, folder } = await newEuicc());
  });

  /** What a package is bound with in a session of its own, ready to be changed. */
  async function binding(change: Partial<Binding> = {}): Promise<Binding> {
    const session = await smdp.authenticate(euicc);
    const euiccOtpk = await smdp.prepare(euicc, session);
    return {
      transactionId: session.initiated.transactionId,
      eid: EID,
      euiccOtpk,
      smdpOneTimeKey: OneTimeKeyPair.generate('P-256', randomBytes),
      hostId: Buffer.from('tegata'),
      signer: smdp.pb.signer,
      storeMetadata: metadataFor(ICCID),
      profile: { upp },
      ...change,
    };
  }

  /** Loads a package, and makes sure that a refusal leaves nothing but its notification. */
  async function load(pieces: readonly Uint8Array[]): Promise<{ outcome: string; result: ProfileInstallationResult }> {
    const before = withoutResults(await memoryContent(folder));
    const octets = await euicc.es10b.loadBoundProfilePackage(pieces);
    const outcome = installationOutcome(octets);
    if (outcome !== 'installed') expect(withoutResults(await memoryContent(folder))).toEqual(before);
    expect((await euicc.es10b.retrieveNotificationsList()).at(-1)).toEqual(octets);
    return { outcome, result: ProfileInstallationResult.decode(octets) };
  }
  const loadBound = async (change: Partial<Binding>): Promise<string> => {
    const bpp = await bindProfilePackage(await binding(change));
    return (await load(splitBoundProfilePackage(bpp))).outcome;
  };

  it('installs the package of a subscription', async () => {
    expect(await loadBound({})).toBe('installed');
  });

  it('refuses without a prepared download', async () => {
    const refused = { code: 'DOWNLOAD_NOT_PREPARED' };
    await expect(euicc.es10b.loadBoundProfilePackage([upp])).rejects.toMatchObject(refused);
    await smdp.authenticate(euicc);
    await expect(euicc.es10b.loadBoundProfilePackage([upp])).rejects.toMatchObject(refused);
    await loadBound({});
    await expect(euicc.es10b.loadBoundProfilePackage([upp])).rejects.toMatchObject(refused);
  });

  describe('InitialiseSecureChannel', () => {
    /** The package with other content of BF23, signed anew. */
    async function resigned(change: (parts: Uint8Array[]) => Uint8Array[]): Promise<Uint8Array[]> {
      const bound = await binding();
      const [channel, ...series] = parseChildren(parseTlv(await bindProfilePackage(bound)).value);
      const parts = parseChildren(channel?.value ?? upp).map(({ raw }) => raw);
      const signedPart = Buffer.concat(change(parts.slice(0, -1)));
      const key = signerOf(vectorPrivateKey('S_SM_DPpb_ECDSA_NIST'));
      const smdpSign = signObjectNow(key, signedData.smdpSign(signedPart, bound.euiccOtpk));
      return [encodeTlv(0xbf36, encodeTlv(0xbf23, signedPart, smdpSign), ...series.map(({ raw }) => raw))];
    }
    const replaced = (index: number, part: Uint8Array) =>
      resigned((parts) => parts.map((original, i) => (i === index ? part : original)));
    const outcomeOf = async (pieces: Uint8Array[]): Promise<string> => (await load(pieces)).outcome;
    const crt = (keyType: number, keyLength: number) =>
      encodeTlv(
        0xa6,
        encodeTlv(0x80, Uint8Array.of(keyType)),
        encodeTlv(0x81, Uint8Array.of(keyLength)),
        encodeTlv(0x84, Buffer.from('tegata')),
      );

    it('refuses another transaction, signature or key', async () => {
      const another = { transactionId: Buffer.alloc(16, 1) };
      expect(await loadBound(another)).toBe('initialiseSecureChannel: invalidTransactionId');
      const foreign = { signer: signerOf(vectorPrivateKey('S_SM_DP2pb_ECDSA_NIST')) };
      expect(await loadBound(foreign)).toBe('initialiseSecureChannel: invalidSignature');
      const euiccOtpk = OneTimeKeyPair.generate('P-256', randomBytes).publicKey;
      expect(await loadBound({ euiccOtpk })).toBe('initialiseSecureChannel: invalidSignature');
    });

    it('refuses what is not the installation of a package', async () => {
      const remoteOpId = Uint8Array.of(0x82, 0x01, 0x02);
      expect(await outcomeOf(await replaced(0, remoteOpId))).toBe(
        'initialiseSecureChannel: unsupportedRemoteOperationType',
      );
    });

    it('refuses other kinds and lengths of keys', async () => {
      for (const template of [crt(0x80, 0x10), crt(0x88, 0x20)]) {
        expect(await outcomeOf(await replaced(2, template))).toBe('initialiseSecureChannel: unsupportedCrtValues');
      }
      expect(await outcomeOf(await replaced(2, crt(0x88, 0x10)))).not.toMatch(/initialiseSecureChannel/);
    });

    it('refuses a key of the server that is on no curve', async () => {
      const pair = OneTimeKeyPair.generate('P-256', randomBytes);
      const publicKey = Uint8Array.of(4, ...Buffer.alloc(64, 3));
      const smdpOneTimeKey: OneTimeKey = { curve: 'P-256', publicKey, agree: (other) => pair.agree(other) };
      expect(await loadBound({ smdpOneTimeKey })).toBe('initialiseSecureChannel: incorrectInputValues');
    });

    it('refuses what is no such command, or no package at all', async () => {
      await binding();
      expect(await outcomeOf([encodeTlv(0xbf36, encodeTlv(0xbf23))])).toBe(
        'initialiseSecureChannel: incorrectInputValues',
      );
      await binding();
      expect(await outcomeOf([encodeTlv(0x30)])).toBe('initialiseSecureChannel: incorrectInputValues');
    });

    it('keeps the one-time key, which was not used, for the right package', async () => {
      const bound = await binding({ transactionId: Buffer.alloc(16, 1) });
      await load(splitBoundProfilePackage(await bindProfilePackage(bound)));
      const session = await smdp.authenticate(euicc);
      expect(await smdp.prepare(euicc, session, bound.euiccOtpk)).toEqual(bound.euiccOtpk);
    });
  });

  it('refuses a ConfigureISDP that is another command', async () => {
    expect(await loadBound({ configureIsdp: Uint8Array.of(0xbf, 0x25, 0x00) })).toBe(
      'configureISDP: incorrectInputValues',
    );
  });

  describe('StoreMetadata', () => {
    it('refuses metadata that can not be read', async () => {
      expect(await loadBound({ storeMetadata: Uint8Array.of(0xbf, 0x25, 0x00) })).toBe(
        'storeMetadata: incorrectInputValues',
      );
      const iconWithoutType = metadataFor(ICCID, { icon: Buffer.alloc(10) });
      expect(await loadBound({ storeMetadata: iconWithoutType })).toBe('storeMetadata: incorrectInputValues');
    });

    it.each([0, 1, 7])('takes an icon with its type (%d), in as many segments as it needs', async (iconType) => {
      const storeMetadata = metadataFor(ICCID, { iconType, icon: randomBytes(1024) });
      expect(await loadBound({ storeMetadata })).toBe('installed');
    });

    it('refuses a second profile with one ICCID', async () => {
      await loadBound({});
      expect(await loadBound({})).toBe('storeMetadata: installFailedDueToIccidAlreadyExistsOnEuicc');
    });

    it('refuses a class of profiles that it does not know', async () => {
      const storeMetadata = metadataFor(ICCID, { profileClass: 3 });
      expect(await loadBound({ storeMetadata })).toBe('storeMetadata: unsupportedProfileClass');
    });

    it('refuses policy rules that the rules table does not allow the operator', async () => {
      const withRules = (more: Parameters<typeof metadataFor>[1]) =>
        loadBound({ storeMetadata: metadataFor(ICCID, more) });
      const refused = 'storeMetadata: pprNotAllowed';
      expect(await withRules({ profilePolicyRules: ['ppr3'], profileOwner: OWNER })).toBe(refused);
      expect(await withRules({ profilePolicyRules: ['ppr1'] })).toBe(refused);
      expect(await withRules({ profilePolicyRules: ['bit9'], profileOwner: OWNER })).toBe(refused);
      const rule = { pprIds: ['ppr1'], consentRequired: false } as const;
      ({ euicc, folder } = await newEuicc(
        {},
        { rulesAuthorisationTable: [{ ...rule, allowedOperators: [{ mccMnc: '440EEE', gid1: Buffer.of(1) }] }] },
      ));
      expect(await withRules({ profilePolicyRules: ['ppr1'], profileOwner: OWNER })).toBe(refused);
      expect(await withRules({ profilePolicyRules: ['ppr1'], profileOwner: { mccMnc: '44010' } })).toBe(refused);
      const elsewhere = { mccMnc: '45010', gid1: Buffer.of(1) };
      expect(await withRules({ profilePolicyRules: ['ppr1'], profileOwner: elsewhere })).toBe(refused);
      const owner = { mccMnc: '44010', gid1: Buffer.of(1) };
      expect(await withRules({ profilePolicyRules: ['ppr1'], profileOwner: owner })).toBe('installed');
    });

    it('allows every operator what the table allows to all', async () => {
      const storeMetadata = metadataFor(ICCID, { profilePolicyRules: ['ppr1', 'ppr2'], profileOwner: OWNER });
      expect(await loadBound({ storeMetadata })).toBe('installed');
    });
  });

  describe('segments', () => {
    /** A package that is sealed piece by piece, to be wrong where the test wants it. */
    async function sealed(after: (bsp: Bsp) => Uint8Array[]): Promise<string> {
      const bound = await binding();
      const bpp = await bindProfilePackage(bound);
      const [channel] = parseChildren(parseTlv(bpp).value);
      const secret = bound.smdpOneTimeKey.agree(bound.euiccOtpk);
      const bsp = new Bsp(deriveSessionKeys(secret, { hostId: bound.hostId, eid: EID }));
      const series = [
        encodeTlv(0xa0, ...sealSegments(bsp, SegmentTag.command, encodeTlv(0xbf24))),
        encodeTlv(0xa1, ...sealSegments(bsp, SegmentTag.clear, bound.storeMetadata)),
        ...after(bsp),
      ];
      return (await load([encodeTlv(0xbf36, channel?.raw ?? upp, ...series)])).outcome;
    }

    it('refuses a ReplaceSessionKeys that is another command', async () => {
      const command = (bsp: Bsp) => [encodeTlv(0xa2, ...sealSegments(bsp, SegmentTag.command, encodeTlv(0xbf26)))];
      expect(await sealed(command)).toBe('replaceSessionKeys: incorrectInputValues');
    });

    it('refuses series out of order, of the wrong kind, or without segments', async () => {
      const profile = (bsp: Bsp) => sealSegments(bsp, SegmentTag.profile, upp);
      expect(await sealed((bsp) => [encodeTlv(0xa1, ...profile(bsp))])).toMatch(/scp03tStructureError/);
      expect(await sealed(() => [encodeTlv(0xa3)])).toBe('loadProfileElements: scp03tStructureError');
      expect(await sealed((bsp) => [encodeTlv(0xa3, ...sealSegments(bsp, SegmentTag.command, upp))])).toBe(
        'loadProfileElements: scp03tStructureError',
      );
      const twice = (bsp: Bsp) => [encodeTlv(0xa3, ...profile(bsp)), encodeTlv(0xa3, Buffer.alloc(4))];
      expect(await sealed(twice)).toBe('loadProfileElements: scp03tStructureError');
    });

    it('refuses segments that were left out, repeated or exchanged', async () => {
      const changed = (change: (segments: Uint8Array[]) => Uint8Array[]) =>
        sealed((bsp) => [encodeTlv(0xa3, ...change(sealSegments(bsp, SegmentTag.profile, upp)))]);
      const security = 'loadProfileElements: scp03tSecurityError';
      expect(await changed(([, ...rest]) => rest)).toBe(security);
      expect(await changed(([first = upp, ...rest]) => [first, first, ...rest])).toBe(security);
      expect(await changed(([first = upp, second = upp, ...rest]) => [second, first, ...rest])).toBe(security);
    });
  });

  describe('profile elements', () => {
    type Change = (elements: readonly ProfileElement[]) => readonly Uint8Array[];
    async function elements(change: Change, storeMetadata = metadataFor(ICCID), octets = upp) {
      const changed = Buffer.concat(change(readProfilePackage(octets).elements));
      const bpp = await bindProfilePackage(await binding({ profile: { upp: changed }, storeMetadata }));
      const { outcome, result } = await load(splitBoundProfilePackage(bpp));
      const { finalResult } = result.profileInstallationResultData;
      const sima = finalResult.kind === 'errorResult' ? finalResult.value.simaResponse : undefined;
      return { outcome, sima: sima === undefined ? undefined : EuiccResponse.decode(sima) };
    }
    const raw = ({ raw: octets }: ProfileElement): Uint8Array => octets;
    /** The package with a changed header. */
    const header =
      (change: Partial<Extract<ProfileElementInput, { type: 'header' }>['body'] & object>): Change =>
      ([first, ...rest]) => {
        if (first?.type !== 'header') throw new Error('no header');
        const body = { ...first.body, ...change };
        return [makeProfileElement({ type: 'header', body }).raw, ...rest.map(raw)];
      };
    const processing = 'loadProfileElements: installFailedDueToPEProcessingError';

    it('refuses a profile with another ICCID than its metadata', async () => {
      const { outcome } = await elements(header({ iccid: packIccidInOrder('8981001234567890133') }));
      expect(outcome).toBe('loadProfileElements: installFailedDueToIccidMismatch');
    });

    it('says which element it could not process, and why', async () => {
      const status = async (change: Change) => {
        const { outcome, sima } = await elements(change);
        return [outcome, sima?.peStatus[0]?.status, sima?.profileInstallationAborted];
      };
      expect(await status(([, ...rest]) => rest.map(raw))).toEqual([processing, 5, null]);
      expect(await status((all) => all.slice(0, -1).map(raw))).toEqual([processing, 5, null]);
      expect(await status(header({ majorVersion: 9 }))).toEqual([processing, 31, null]);
      expect(await status(header({ mandatoryServices: ['usim', 'eap'] }))).toEqual([processing, 10, null]);
      expect(await status(header({ mandatoryTemplates: ['2.23.143.1.2.99'] }))).toEqual([processing, 9, null]);
      const library = [{ aid: Buffer.alloc(8, 1), version: Buffer.alloc(2) }];
      expect(await status(header({ mandatoryApplications: library }))).toEqual([processing, 8, null]);
      expect(await status((all) => [...all.map(raw), Uint8Array.of(0xaa, 0x00)])).toEqual([processing, 5, null]);
      expect(await status((all) => all.filter(({ type }) => type !== 'pukCodes').map(raw))).toEqual([
        processing,
        11,
        null,
      ]);
    });

    it('refuses an element of unknown type that is mandatory, and tells of one that is not', async () => {
      const unknown = (mandated: boolean): Uint8Array => {
        const header = mandated ? Uint8Array.of(0x80, 0x00, 0x81, 0x01, 0x5a) : Uint8Array.of(0x81, 0x01, 0x5a);
        return encodeTlv(0xbf7f, encodeTlv(0xa0, header), encodeTlv(0x81, Uint8Array.of(1, 2, 3)));
      };
      const before =
        (element: Uint8Array): Change =>
        (all) => [...all.slice(0, -1).map(raw), element, ...all.slice(-1).map(raw)];
      const { outcome, sima } = await elements(before(unknown(true)));
      expect([outcome, sima?.peStatus[0]]).toMatchObject([processing, { status: 1, identification: 90 }]);

      const changed = Buffer.concat(before(unknown(false))(readProfilePackage(upp).elements));
      const { result } = await load(
        splitBoundProfilePackage(await bindProfilePackage(await binding({ profile: { upp: changed } }))),
      );
      const { finalResult } = result.profileInstallationResultData;
      if (finalResult.kind !== 'successResult') throw new Error('not installed');
      expect(EuiccResponse.decode(finalResult.value.simaResponse).peStatus).toMatchObject([
        { status: 1, identification: 90 },
        { status: 0 },
      ]);
    });

    it('lets profiles for tests have public keys only', async () => {
      const test = { profileClass: 0 };
      const operational = await elements((all) => all.map(raw), metadataFor(ICCID, test));
      expect(operational.outcome).toBe('loadProfileElements: testProfileInstallFailedDueToInvalidNaaKey');
      const sample = await elements(
        (all) => all.map(raw),
        metadataFor('89000123456789012341', test),
        samplePackage('TS48v5_SAIP2.3_BERTLV_SUCI.der'),
      );
      expect(sample.outcome).toBe('installed');
    });

    it('refuses a profile that it has no room for', async () => {
      ({ euicc, folder } = await newEuicc({}, { memoryOctets: 46_000 }));
      const { outcome } = await elements((all) => all.map(raw));
      expect(outcome).toBe('loadProfileElements: installFailedDueToInsufficientMemoryForProfile');
      ({ euicc, folder } = await newEuicc({}, { memoryOctets: 36_000 }));
      expect(await loadBound({})).toBe('configureISDP: installFailedDueToInsufficientMemoryForProfile');
    });
  });

  describe('interruption', () => {
    const begin = async (): Promise<readonly Uint8Array[]> =>
      splitBoundProfilePackage(await bindProfilePackage(await binding())).slice(0, 5);
    const pending = async (): Promise<string[]> =>
      (await euicc.es10b.retrieveNotificationsList()).map(installationOutcome);
    const interrupted = 'loadProfileElements: installFailedDueToInterruption';

    it('ends an installation whose package does not go on; its result waits for delivery', async () => {
      const before = withoutResults(await memoryContent(folder));
      const refused = { code: 'PACKAGE_INCOMPLETE' };
      await expect(euicc.es10b.loadBoundProfilePackage(await begin())).rejects.toMatchObject(refused);
      expect(await pending()).toEqual([interrupted]);
      expect(withoutResults(await memoryContent(folder))).toEqual(before);
    });

    it('ends it, too, when the pieces fail to come, or a new session or a reset comes between', async () => {
      const broken = async function* (pieces: readonly Uint8Array[], between: () => Promise<unknown>) {
        yield* pieces;
        await between();
        yield pieces[0] ?? upp;
      };
      const loading = async (between: () => Promise<unknown>) =>
        euicc.es10b.loadBoundProfilePackage(broken(await begin(), between));
      const failure = new Error('line is down');
      await expect(loading(() => Promise.reject(failure))).rejects.toBe(failure);
      const ended = { code: 'DOWNLOAD_NOT_PREPARED' };
      await expect(loading(() => euicc.es10b.getEuiccChallenge())).rejects.toMatchObject(ended);
      await expect(loading(() => euicc.apdu.reset())).rejects.toMatchObject(ended);
      expect(await pending()).toEqual([interrupted, interrupted, interrupted]);
      expect(await loadBound({})).toBe('installed');
    });
  });

  it('refuses a package of which any octet was changed, and keeps nothing of it', async () => {
    const before = withoutResults(await memoryContent(folder));
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 1, max: 255 }),
        async (where, difference) => {
          const pieces = splitBoundProfilePackage(await smdp.deliver(euicc, upp, metadataFor(ICCID)));
          // As likely in any piece: the first ones are short, and much is decided there.
          const index = Math.floor(where * pieces.length);
          const piece = pieces[index] ?? upp;
          const at = Math.floor((where * pieces.length - index) * piece.length);
          pieces[index] = Uint8Array.from(piece, (octet, i) => (i === at ? octet ^ difference : octet));
          const outcome = await euicc.es10b
            .loadBoundProfilePackage(pieces)
            .then(installationOutcome, ({ code }) => String(code));
          expect(outcome).not.toBe('installed');
          const [last] = (await euicc.es10b.retrieveNotificationsList()).slice(-1);
          expect(installationOutcome(last ?? upp)).not.toBe('installed');
          expect(withoutResults(await memoryContent(folder))).toEqual(before);
          for (const { seqNumber } of await euicc.es10b.listNotification()) {
            await euicc.es10b.removeNotificationFromList(seqNumber);
          }
        },
      ),
      { numRuns: 60 },
    );
    expect(await loadBound({})).toBe('installed');
  });
});
