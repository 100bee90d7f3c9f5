import {
  AuthenticateServerRequest,
  CancelSessionRequest,
  CancelSessionResponse,
  PrepareDownloadRequest,
  SmdpSigned2,
  signedData,
  signerOf,
  signObjectNow,
  toHex,
} from '@tegata/rsp';
import type { Euicc } from '../euicc.ts';
import { authenticateOutcome, prepareOutcome } from '../testing/results.ts';
import { NOW, newEuicc } from '../testing/test-euicc.ts';
import { TestSmdp } from '../testing/test-smdp.ts';
import { describeWithVectors, vectorCertificate, vectorPrivateKey } from '../testing/vectors.ts';

const flipped = (octets: Uint8Array, at: number): Uint8Array =>
  Uint8Array.from(octets, (octet, i) => (i === at ? octet ^ 1 : octet));

describeWithVectors('AuthenticateServer', () => {
  const smdp = new TestSmdp();
  let euicc: Euicc;
  const parts = async () => AuthenticateServerRequest.decode((await smdp.challengeAnswer(euicc)).request);
  type Parts = Partial<Exclude<Parameters<typeof AuthenticateServerRequest.encode>[0], Uint8Array>>;
  const answer = async (change: Parts): Promise<string> =>
    authenticateOutcome(
      await euicc.es10b.authenticateServer(AuthenticateServerRequest.encode({ ...(await parts()), ...change })),
    );

  beforeEach(async () => {
    euicc = (await newEuicc()).euicc;
  });

  it('accepts the server whose challenge it is', async () => {
    expect(await answer({})).toBe('ok');
  });

  it('refuses with noSessionContext without a challenge, and when the challenge was used', async () => {
    const { request } = await smdp.challengeAnswer(euicc);
    const fresh = (await newEuicc()).euicc;
    expect(authenticateOutcome(await fresh.es10b.authenticateServer(request))).toBe('noSessionContext');
    expect(authenticateOutcome(await euicc.es10b.authenticateServer(request))).toBe('ok');
    expect(authenticateOutcome(await euicc.es10b.authenticateServer(request))).toBe('noSessionContext');
    await smdp.challengeAnswer(euicc);
    await answer({ serverSignature1: Buffer.concat([Uint8Array.of(0x5f, 0x37, 0x40), Buffer.alloc(64, 1)]) });
    expect(authenticateOutcome(await euicc.es10b.authenticateServer(request))).toBe('noSessionContext');
  });

  it('refuses with euiccChallengeMismatch what answers an earlier challenge', async () => {
    const { request } = await smdp.challengeAnswer(euicc);
    await euicc.es10b.getEuiccChallenge();
    expect(authenticateOutcome(await euicc.es10b.authenticateServer(request))).toBe('euiccChallengeMismatch');
  });

  it('refuses with invalidSignature what another key signed, or what was changed afterwards', async () => {
    const { serverSigned1, serverSignature1 } = await parts();
    const foreign = signerOf(vectorPrivateKey('S_SM_DP2auth_ECDSA_NIST'));
    const signature = signObjectNow(foreign, signedData.serverSignature1(serverSigned1.raw));
    expect(await answer({ serverSigned1: serverSigned1.raw, serverSignature1: signature })).toBe('invalidSignature');
    expect(await answer({ serverSigned1: flipped(serverSigned1.raw, 10), serverSignature1 })).toBe('invalidSignature');
    const zeros = Buffer.concat([Uint8Array.of(0x5f, 0x37, 0x40), Buffer.alloc(64)]);
    expect(await answer({ serverSignature1: zeros })).toBe('invalidSignature');
  });

  it('refuses with invalidCertificate another role, a broken signature and a date that has passed', async () => {
    expect(await answer({ serverCertificate: vectorCertificate('S_SM_DPpb_ECDSA_NIST').raw })).toBe(
      'invalidCertificate',
    );
    expect(await answer({ serverCertificate: vectorCertificate('EUICC_ECDSA_NIST').raw })).toBe('ciPKUnknown');
    const { raw } = vectorCertificate('S_SM_DPauth_ECDSA_NIST');
    expect(await answer({ serverCertificate: flipped(raw, raw.length - 1) })).toBe('invalidCertificate');
    expect(await answer({ serverCertificate: Uint8Array.of(0x30, 0x02, 0x05, 0x00) })).toBe('invalidCertificate');
    let now = NOW;
    euicc = (await newEuicc({ clock: () => now })).euicc;
    now = new Date('2031-01-01T00:00:00Z');
    expect(await answer({})).toBe('invalidCertificate');
  });

  it('refuses with ciPKUnknown servers and keys of a CI it does not know', async () => {
    expect(await answer({ euiccCiPKIdToBeUsed: Buffer.alloc(20, 1) })).toBe('ciPKUnknown');
    expect(await answer({ serverCertificate: vectorCertificate('S_SM_DPauth_ECDSA_BRP').raw })).toBe('ciPKUnknown');
  });

  it('refuses what is no AuthenticateServerRequest outright', async () => {
    const { request } = await smdp.challengeAnswer(euicc);
    for (const octets of [
      Uint8Array.of(0xbf, 0x38, 0x00),
      request.subarray(0, -1),
      Buffer.concat([request, request]),
    ]) {
      await expect(euicc.es10b.authenticateServer(octets)).rejects.toMatchObject({ code: 'MESSAGE_MALFORMED' });
    }
  });
});

describeWithVectors('PrepareDownload', () => {
  const smdp = new TestSmdp();
  let euicc: Euicc;
  beforeEach(async () => {
    euicc = (await newEuicc()).euicc;
  });

  /** Answers an offer of which some parts were changed, in a session of its own. */
  async function answer(change: {
    readonly transactionId?: Uint8Array;
    readonly certificate?: string;
    readonly key?: string;
    readonly signature?: (whole: Uint8Array) => Uint8Array;
  }): Promise<string> {
    const session = await smdp.authenticate(euicc);
    const smdpSigned2 = SmdpSigned2.encode({
      transactionId: change.transactionId ?? session.initiated.transactionId,
      ccRequiredFlag: false,
    });
    const signer = signerOf(vectorPrivateKey(change.key ?? 'S_SM_DPpb_ECDSA_NIST'));
    const whole = signObjectNow(signer, signedData.smdpSignature2(smdpSigned2, session.euicc.euiccSignature1));
    const request = PrepareDownloadRequest.encode({
      smdpSigned2,
      smdpSignature2: change.signature?.(whole) ?? whole,
      smdpCertificate: vectorCertificate(change.certificate ?? 'S_SM_DPpb_ECDSA_NIST').raw,
    });
    return prepareOutcome(await euicc.es10b.prepareDownload(request));
  }

  it('accepts the offer of the server that was authenticated', async () => {
    expect(await answer({})).toBe('ok');
  });

  it('refuses with noSessionContext without an authenticated server', async () => {
    const session = await smdp.authenticate(euicc);
    const request = smdp.prepareDownloadRequest(await smdp.offer(session));
    await euicc.es10b.getEuiccChallenge();
    expect(prepareOutcome(await euicc.es10b.prepareDownload(request))).toBe('noSessionContext');
    const fresh = (await newEuicc()).euicc;
    expect(prepareOutcome(await fresh.es10b.prepareDownload(request))).toBe('noSessionContext');
  });

  it('refuses with invalidCertificate a certificate of another SM-DP+, of another role, or under another CI', async () => {
    const another = { certificate: 'S_SM_DP2pb_ECDSA_NIST', key: 'S_SM_DP2pb_ECDSA_NIST' };
    expect(await answer(another)).toBe('invalidCertificate');
    expect(await answer({ certificate: 'S_SM_DPauth_ECDSA_NIST', key: 'S_SM_DPauth_ECDSA_NIST' })).toBe(
      'invalidCertificate',
    );
    expect(await answer({ certificate: 'S_SM_DPpb_ECDSA_BRP' })).toBe('invalidCertificate');
  });

  it('refuses with invalidSignature what another key signed, or what was changed', async () => {
    expect(await answer({ key: 'S_SM_DP2pb_ECDSA_NIST' })).toBe('invalidSignature');
    expect(await answer({ signature: (whole) => flipped(whole, 66) })).toBe('invalidSignature');
  });

  it('refuses with invalidTransactionId the offer of another transaction', async () => {
    expect(await answer({ transactionId: Buffer.alloc(16, 9) })).toBe('invalidTransactionId');
  });

  it('refuses what is no PrepareDownloadRequest outright', async () => {
    await expect(euicc.es10b.prepareDownload(Uint8Array.of(0xbf, 0x21, 0x00))).rejects.toMatchObject({
      code: 'MESSAGE_MALFORMED',
    });
  });

  it('ends the session with the refusal: the right offer comes too late', async () => {
    const session = await smdp.authenticate(euicc);
    const offer = await smdp.offer(session);
    const request = PrepareDownloadRequest.decode(smdp.prepareDownloadRequest(offer));
    const changed = PrepareDownloadRequest.encode({ ...request, smdpSignature2: flipped(request.smdpSignature2, 40) });
    expect(prepareOutcome(await euicc.es10b.prepareDownload(changed))).toBe('invalidSignature');
    expect(prepareOutcome(await euicc.es10b.prepareDownload(request.raw))).toBe('noSessionContext');
  });
});

describeWithVectors('CancelSession', () => {
  const smdp = new TestSmdp();
  const cancel = async (euicc: Euicc, transactionId: Uint8Array) =>
    CancelSessionResponse.decode(
      await euicc.es10b.cancelSession(CancelSessionRequest.encode({ transactionId, reason: 0 })),
    );

  it('signs the reason for the server of the session, and ends the session', async () => {
    const { euicc } = await newEuicc();
    const { initiated } = await smdp.authenticate(euicc);
    const response = await cancel(euicc, initiated.transactionId);
    if (response.kind !== 'cancelSessionResponseOk') throw new Error('refused');
    const { euiccCancelSessionSigned: signed } = response.value;
    expect(signed).toMatchObject({ smdpOid: '2.999.10', reason: 0 });
    expect(toHex(signed.transactionId)).toBe(toHex(initiated.transactionId));
    expect(await cancel(euicc, initiated.transactionId)).toEqual({ kind: 'cancelSessionResponseError', value: 5 });
  });

  it('refuses with invalidTransactionId another transaction, and the session goes on', async () => {
    const { euicc } = await newEuicc();
    const session = await smdp.authenticate(euicc);
    expect(await cancel(euicc, Buffer.alloc(16, 1))).toEqual({ kind: 'cancelSessionResponseError', value: 5 });
    await expect(smdp.prepare(euicc, session)).resolves.toHaveLength(65);
    const fresh = (await newEuicc()).euicc;
    expect(await cancel(fresh, session.initiated.transactionId)).toMatchObject({ kind: 'cancelSessionResponseError' });
  });
});
