import { generateKeyPairSync } from 'node:crypto';
import {
  authenticateOutcome,
  describeWithVectors,
  installationOutcome,
  NOW,
  prepareOutcome,
  revocationList,
  vectorCertificate,
  vectorPrivateKey,
} from '@tegata/euicc/testing';
import {
  AuthenticateServerRequest,
  CancelSessionError,
  CancelSessionRequest,
  CancelSessionResponse,
  EUICCInfo1,
  EUICCInfo2,
  EUICCSigned2,
  GetRatResponse,
  LoadCRLError,
  LoadCRLResponse,
  nameOf,
  PendingNotification,
  PrepareDownloadRequest,
  PrepareDownloadResponse,
  parseExtCardResource,
  SmdpSigned2,
  signedData,
  signerOf,
  signObjectNow,
  toHex,
  verifyOtherNotification,
} from '@tegata/rsp';
import { by, ICCID_OP_PROF1, ICCID_OP_PROF2, OWNER, TeEuicc } from './te-euicc.ts';

let te: TeEuicc;
beforeEach(async () => {
  te = await TeEuicc.create();
});

const flipped = (octets: Uint8Array, at: number): Uint8Array =>
  Uint8Array.from(octets, (octet, i) => (i === at ? octet ^ 1 : octet));

// SGP.23 section 4.2.10
describeWithVectors('TC_eUICC_ES10b.PrepareDownloadNIST', () => {
  /** Answers an offer of which some parts were changed, in a session of its own. */
  async function prepare(
    change: {
      readonly transactionId?: Uint8Array;
      readonly certificate?: string;
      readonly key?: string;
      readonly hashCc?: Uint8Array;
      readonly bppEuiccOtpk?: Uint8Array;
    } = {},
  ): Promise<Uint8Array> {
    const session = await te.smdp.authenticate(te.euicc);
    const smdpSigned2 = SmdpSigned2.encode({
      transactionId: change.transactionId ?? session.initiated.transactionId,
      ccRequiredFlag: change.hashCc !== undefined,
      bppEuiccOtpk: change.bppEuiccOtpk,
    });
    const signer = signerOf(vectorPrivateKey(change.key ?? 'S_SM_DPpb_ECDSA_NIST'));
    const request = PrepareDownloadRequest.encode({
      smdpSigned2,
      smdpSignature2: signObjectNow(signer, signedData.smdpSignature2(smdpSigned2, session.euicc.euiccSignature1)),
      hashCc: change.hashCc,
      smdpCertificate: vectorCertificate(change.certificate ?? 'S_SM_DPpb_ECDSA_NIST').raw,
    });
    return te.euicc.es10b.prepareDownload(request);
  }
  const outcome = async (change: Parameters<typeof prepare>[0]): Promise<string> =>
    prepareOutcome(await prepare(change));
  const signed = (response: Uint8Array) => {
    const { kind, value } = PrepareDownloadResponse.decode(response);
    if (kind !== 'downloadResponseOk') throw new Error('refused');
    return EUICCSigned2.decode(value.euiccSigned2.raw);
  };

  it('#01 Nominal: without confirmation code', async () => {
    expect(signed(await prepare())).not.toHaveProperty('hashCc');
  });

  it('#02 Nominal: the hashed confirmation code is signed', async () => {
    const hashCc = Buffer.alloc(32, 7);
    expect(signed(await prepare({ hashCc })).hashCc).toEqual(hashCc);
  });

  it('#03 Nominal: the one-time key is used again when the SM-DP+ names it', async () => {
    const { euiccOtpk } = signed(await prepare());
    expect(toHex(signed(await prepare({ bppEuiccOtpk: euiccOtpk })).euiccOtpk)).toBe(toHex(euiccOtpk));
  });

  it('#04 Nominal: a new one-time key when the named one is not there', async () => {
    const { euiccOtpk } = signed(await prepare());
    const unknown = Uint8Array.of(4, ...Buffer.alloc(64, 5));
    expect(toHex(signed(await prepare({ bppEuiccOtpk: unknown })).euiccOtpk)).not.toBe(toHex(euiccOtpk));
  });

  it('#05 Error: invalid certificate of the SM-DP+ (another OID)', async () => {
    expect(await outcome({ certificate: 'S_SM_DP2pb_ECDSA_NIST', key: 'S_SM_DP2pb_ECDSA_NIST' })).toBe(
      'invalidCertificate',
    );
  });

  it('#06 Error: invalid certificate of the SM-DP+ (another role)', async () => {
    expect(await outcome({ certificate: 'S_SM_DPauth_ECDSA_NIST', key: 'S_SM_DPauth_ECDSA_NIST' })).toBe(
      'invalidCertificate',
    );
  });

  it('#07 Error: invalid signature', async () => {
    expect(await outcome({ key: 'S_SM_DP2pb_ECDSA_NIST' })).toBe('invalidSignature');
  });

  it('#08 Error: no session', async () => {
    const session = await te.smdp.authenticate(te.euicc);
    const request = te.smdp.prepareDownloadRequest(await te.smdp.offer(session));
    await te.euicc.es10b.getEuiccChallenge();
    expect(prepareOutcome(await te.euicc.es10b.prepareDownload(request))).toBe('noSessionContext');
  });

  it('#09 Error: invalid transaction ID', async () => {
    expect(await outcome({ transactionId: Buffer.alloc(16, 3) })).toBe('invalidTransactionId');
  });
});

// SGP.23 section 4.2.12
describeWithVectors('TC_eUICC_ES10b.GetEUICCChallenge', () => {
  it('#01 Nominal: 16 octets, others each time', async () => {
    const challenges = [await te.euicc.es10b.getEuiccChallenge(), await te.euicc.es10b.getEuiccChallenge()];
    expect(challenges.map(({ length }) => length)).toEqual([16, 16]);
    expect(new Set(challenges.map(toHex)).size).toBe(2);
  });

  it('#02 Nominal: a new challenge ends the session before', async () => {
    const { request } = await te.smdp.challengeAnswer(te.euicc);
    await te.euicc.es10b.getEuiccChallenge();
    expect(authenticateOutcome(await te.euicc.es10b.authenticateServer(request))).toBe('euiccChallengeMismatch');
  });
});

// SGP.23 section 4.2.13
describeWithVectors('TC_eUICC_ES10b.GetEUICCInfo', () => {
  it('#01 Nominal: EUICCInfo1 has the version and the CI keys for verification and signing', async () => {
    const ci = 'F54172BDF98A95D65CBEB88A38A1C11D800A85C3';
    const info = EUICCInfo1.decode(await te.euicc.es10b.getEuiccInfo1());
    expect(info.svn).toBe('2.2.2');
    expect(info.euiccCiPKIdListForVerification.map(toHex)).toEqual([ci]);
    expect(info.euiccCiPKIdListForSigning.map(toHex)).toEqual([ci]);
  });

  it('#02 Nominal: EUICCInfo2 says the same, and what the eUICC can do', async () => {
    const [one, two] = [await te.euicc.es10b.getEuiccInfo1(), await te.euicc.es10b.getEuiccInfo2()];
    const info = EUICCInfo2.decode(two);
    expect(info.svn).toBe(EUICCInfo1.decode(one).svn);
    expect(info.rspCapability).toEqual(
      expect.arrayContaining(['additionalProfile', 'testProfileSupport', 'crlSupport']),
    );
    expect(info.uiccCapability).toEqual(expect.arrayContaining(['usimSupport', 'akaMilenage', 'akaTuak128']));
    expect(info.forbiddenProfilePolicyRules).toEqual([]);
  });

  it('#03 Nominal: resources are those of the moment', async () => {
    const resources = async () =>
      parseExtCardResource(EUICCInfo2.decode(await te.euicc.es10b.getEuiccInfo2()).extCardResource);
    const before = await resources();
    await te.profile(ICCID_OP_PROF1);
    const after = await resources();
    // The ISD-P and the MNO-SD in it.
    expect(after.installedApplications).toBe(before.installedApplications + 2);
    expect(before.freeNonVolatileMemory - after.freeNonVolatileMemory).toBeGreaterThan(5000);
  });
});

describeWithVectors('notifications', () => {
  beforeEach(async () => {
    await te.profile(ICCID_OP_PROF1);
    await te.profile(ICCID_OP_PROF2);
    await te.euicc.es10c.enableProfile(by(ICCID_OP_PROF1));
    await te.euicc.es10c.enableProfile(by(ICCID_OP_PROF2));
  });
  const numbers = async (): Promise<number[]> =>
    (await te.euicc.es10b.listNotification()).map(({ seqNumber }) => seqNumber);

  // SGP.23 section 4.2.14
  describe('TC_eUICC_ES10b.ListNotification', () => {
    it('#01 Nominal: all, in the order of their numbers', async () => {
      expect(await te.notifications()).toEqual([
        `enable ${ICCID_OP_PROF1}`,
        `disable ${ICCID_OP_PROF1}`,
        `enable ${ICCID_OP_PROF2}`,
      ]);
      expect(await numbers()).toEqual([3, 4, 5]);
    });

    it('#02 Nominal: of one event', async () => {
      const list = await te.euicc.es10b.listNotification('disable');
      expect(list.map(({ iccid, notificationAddress }) => [iccid, notificationAddress])).toEqual([
        [ICCID_OP_PROF1, te.smdp.address],
      ]);
      expect(await te.euicc.es10b.listNotification('delete')).toEqual([]);
    });

    it('#03 Nominal: none', async () => {
      await te.acknowledgeAll();
      expect(await te.euicc.es10b.listNotification()).toEqual([]);
    });
  });

  // SGP.23 section 4.2.15
  describe('TC_eUICC_ES10b.RetrieveNotificationsList', () => {
    it('#01 Nominal: by number, signed by the eUICC', async () => {
      const [octets = new Uint8Array(0)] = await te.euicc.es10b.retrieveNotificationsList({ seqNumber: 4 });
      const { kind, value } = PendingNotification.decode(octets);
      if (kind !== 'otherSignedNotification') throw new Error(kind);
      expect(verifyOtherNotification(value, [vectorCertificate('CI_ECDSA_NIST')], NOW).eid).toBe(te.euicc.eid);
    });

    it('#02 Nominal: by event', async () => {
      expect(await te.euicc.es10b.retrieveNotificationsList({ event: 'enable' })).toHaveLength(2);
    });

    it('#03 Nominal: all, the result of an installation among them', async () => {
      const refused = await te.load(ICCID_OP_PROF1);
      const list = await te.euicc.es10b.retrieveNotificationsList();
      expect(list).toHaveLength(4);
      expect(installationOutcome(list.at(-1) ?? new Uint8Array(0))).toBe(refused);
    });

    it('#04 Nominal: no result', async () => {
      expect(await te.euicc.es10b.retrieveNotificationsList({ seqNumber: 99 })).toEqual([]);
      expect(await te.euicc.es10b.retrieveNotificationsList({ event: 'delete' })).toEqual([]);
    });
  });

  // SGP.23 section 4.2.16
  describe('TC_eUICC_ES10b.RemoveNotificationFromList', () => {
    it('#01 Nominal: the named one and no other', async () => {
      await te.euicc.es10b.removeNotificationFromList(4);
      expect(await numbers()).toEqual([3, 5]);
    });

    it('#02 Error: nothing to delete', async () => {
      await expect(te.euicc.es10b.removeNotificationFromList(99)).rejects.toMatchObject({
        code: 'NOTIFICATION_NOT_FOUND',
      });
      expect(await numbers()).toEqual([3, 4, 5]);
    });
  });
});

// SGP.23 section 4.2.17
describeWithVectors('TC_eUICC_ES10b.LoadCRL', () => {
  const load = async (request: Promise<Uint8Array>): Promise<string> => {
    const { kind, value } = LoadCRLResponse.decode(await te.euicc.es10b.loadCrl(await request));
    if (kind === 'loadCRLResponseError') return nameOf(LoadCRLError, value);
    return value.missingParts === undefined ? 'ok' : `missing ${value.missingParts.map(({ number }) => number)}`;
  };
  const authenticated = async (): Promise<string> =>
    authenticateOutcome(await te.euicc.es10b.authenticateServer((await te.smdp.challengeAnswer(te.euicc)).request));

  it('#01 Nominal: a whole list; the revoked server is refused', async () => {
    expect(await authenticated()).toBe('ok');
    expect(await load(revocationList([te.smdp.auth.certificate]))).toBe('ok');
    expect(await authenticated()).toBe('invalidCertificate');
  });

  it('#02 Nominal: a list in parts', async () => {
    expect(await load(revocationList([], { part: { number: 2, total: 2 } }))).toBe('missing 1');
    expect(await load(revocationList([te.smdp.auth.certificate], { part: { number: 1, total: 2 } }))).toBe('ok');
    expect(await authenticated()).toBe('invalidCertificate');
  });

  it('#03 Error: invalid signature', async () => {
    const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    expect(await load(revocationList([], { key }))).toBe('invalidSignature');
  });

  it('#04 Error: verification key not found', async () => {
    const issuer = vectorCertificate('EUM_ECDSA_NIST');
    expect(await load(revocationList([], { issuer, key: vectorPrivateKey('EUM_ECDSA_NIST') }))).toBe(
      'verificationKeyNotFound',
    );
  });
});

// SGP.23 section 4.2.18
describeWithVectors('TC_eUICC_ES10b.AuthenticateServerNIST', () => {
  type Parts = Partial<Exclude<Parameters<typeof AuthenticateServerRequest.encode>[0], Uint8Array>>;
  const answer = async (change: (parts: AuthenticateServerRequest) => Parts): Promise<string> => {
    const parts = AuthenticateServerRequest.decode((await te.smdp.challengeAnswer(te.euicc)).request);
    const request = AuthenticateServerRequest.encode({ ...parts, ...change(parts) });
    return authenticateOutcome(await te.euicc.es10b.authenticateServer(request));
  };

  it('#01 Nominal: an SM-DP+', async () => {
    expect(await answer(() => ({}))).toBe('ok');
  });

  it('#02 Error: invalid certificate', async () => {
    const { raw } = te.smdp.auth.certificate;
    expect(await answer(() => ({ serverCertificate: flipped(raw, raw.length - 1) }))).toBe('invalidCertificate');
    expect(await answer(() => ({ serverCertificate: te.smdp.pb.certificate.raw }))).toBe('invalidCertificate');
  });

  it('#03 Error: invalid signature', async () => {
    expect(await answer(({ serverSignature1 }) => ({ serverSignature1: flipped(serverSignature1, 66) }))).toBe(
      'invalidSignature',
    );
  });

  it('#04 Error: no session', async () => {
    const { request } = await te.smdp.challengeAnswer(te.euicc);
    await te.euicc.es10b.authenticateServer(request);
    expect(authenticateOutcome(await te.euicc.es10b.authenticateServer(request))).toBe('noSessionContext');
  });

  it('#05 Error: another challenge', async () => {
    const { request } = await te.smdp.challengeAnswer(te.euicc);
    await te.euicc.es10b.getEuiccChallenge();
    expect(authenticateOutcome(await te.euicc.es10b.authenticateServer(request))).toBe('euiccChallengeMismatch');
  });

  it('#06 Error: CI public key unknown', async () => {
    expect(await answer(() => ({ euiccCiPKIdToBeUsed: Buffer.alloc(20, 1) }))).toBe('ciPKUnknown');
  });
});

// SGP.23 section 4.2.19
describeWithVectors('TC_eUICC_ES10b.CancelSession', () => {
  const cancel = async (transactionId: Uint8Array, reason: number) =>
    CancelSessionResponse.decode(
      await te.euicc.es10b.cancelSession(CancelSessionRequest.encode({ transactionId, reason })),
    );

  it.each([
    ['endUserRejection', 0],
    ['postponed', 1],
    ['timeout', 2],
    ['pprNotAllowed', 3],
    ['metadataMismatch', 4],
    ['loadBppExecutionError', 5],
    ['undefinedReason', 127],
  ])('#01 Nominal: %s', async (_, reason) => {
    const { initiated } = await te.smdp.authenticate(te.euicc);
    const { kind, value } = await cancel(initiated.transactionId, reason);
    if (kind !== 'cancelSessionResponseOk') throw new Error('refused');
    expect(value.euiccCancelSessionSigned).toMatchObject({ smdpOid: '2.999.10', reason });
  });

  it('#02 Nominal: after PrepareDownload', async () => {
    const session = await te.smdp.authenticate(te.euicc);
    await te.smdp.prepare(te.euicc, session);
    expect((await cancel(session.initiated.transactionId, 1)).kind).toBe('cancelSessionResponseOk');
  });

  it('#03 Error: invalid transaction ID', async () => {
    await te.smdp.authenticate(te.euicc);
    expect(await cancel(Buffer.alloc(16, 1), 0)).toEqual({
      kind: 'cancelSessionResponseError',
      value: CancelSessionError.invalidTransactionId,
    });
  });
});

// SGP.23 section 4.2.27
describeWithVectors('TC_eUICC_ES10b.GetRAT', () => {
  it('#01 Nominal: the table of the factory', async () => {
    const { rat } = GetRatResponse.decode(await te.euicc.es10b.getRat());
    expect(rat).toMatchObject([
      { pprIds: ['ppr1', 'ppr2', 'ppr3'], allowedOperators: [OWNER], pprFlags: ['consentRequired'] },
    ]);
  });

  it('#02 Nominal: an empty table', async () => {
    te = await TeEuicc.create({ rulesAuthorisationTable: [] });
    expect(GetRatResponse.decode(await te.euicc.es10b.getRat()).rat).toEqual([]);
  });
});
