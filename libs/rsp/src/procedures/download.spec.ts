import { randomBytes } from 'node:crypto';
import { roleOids } from '@tegata/x509';
import { confirmationCodeHash, hashCcOf } from '../cryptography/confirmation-code.ts';
import { OneTimeKeyPair } from '../cryptography/key-agreement.ts';
import { signObjectNow } from '../cryptography/signature.ts';
import { signedData } from '../cryptography/signed-data.ts';
import { AuthenticateServerRequest } from '../objects/authenticate-server.ts';
import { CancelSessionReason, CancelSessionRequest, CancelSessionResponse } from '../objects/cancel-session.ts';
import { nameOf } from '../objects/enumeration.ts';
import { ProfileInstallationResult } from '../objects/installation-result.ts';
import { StoreMetadataRequest } from '../objects/metadata.ts';
import { OtherSignedNotification, PendingNotification } from '../objects/notifications.ts';
import {
  DownloadErrorCode,
  EUICCSigned2,
  PrepareDownloadRequest,
  PrepareDownloadResponse,
  SmdpSigned2,
} from '../objects/prepare-download.ts';
import { bindProfilePackage } from '../package/bind-profile-package.ts';
import { EuiccReportedError, RspRefusal } from '../refusals/rsp-refusal.ts';
import { profileOf, protectedProfile, read } from '../testing/binding.ts';
import { drawSession } from '../testing/draw-session.ts';
import {
  credentialOf,
  ctxParams1,
  eid,
  issue,
  issueCi,
  issueParties,
  issueServer,
  now,
  smdpAddress,
  smdpOid,
} from '../testing/issued-parties.ts';
import { hex } from '../testing/vectors.ts';
import { verifyAuthenticateServerResponse } from './authenticate-client.ts';
import { authenticateServer, type EuiccSession } from './authenticate-server.ts';
import { cancelSession, verifyCancelSessionResponse } from './cancel-session.ts';
import { initiateAuthentication } from './initiate-authentication.ts';
import { type OfferSession, offerDownload, verifyPrepareDownloadResponse } from './offer-download.ts';
import { type OneTimeKeySource, prepareDownload } from './prepare-download.ts';
import {
  signInstallationResult,
  signOtherNotification,
  verifyInstallationResult,
  verifyOtherNotification,
} from './sign-notification.ts';

const { ci, pb, server, euicc, euiccInfo1, credential } = await issueParties();
const signer = credentialOf(pb).signer;
const newKey: OneTimeKeySource = (curve) => OneTimeKeyPair.generate(curve, randomBytes);

/** Both sides after common mutual authentication. */
async function authenticated() {
  const parameters = { euiccChallenge: euicc.euiccChallenge as Uint8Array, euiccInfo1, smdpAddress };
  const initiated = await initiateAuthentication(parameters, server, () => drawSession(randomBytes));
  const request = AuthenticateServerRequest.encode({
    serverSigned1: initiated.serverSigned1,
    serverSignature1: initiated.serverSignature1,
    euiccCiPKIdToBeUsed: initiated.euiccCiPKIdToBeUsed.subarray(2),
    serverCertificate: initiated.credential.certificate.raw,
    ctxParams1,
  });
  const { response, session } = authenticateServer(request, euicc);
  const client = verifyAuthenticateServerResponse(response, { ...initiated, serverAddress: smdpAddress }, now);
  return { client, session: session as EuiccSession, transactionId: initiated.transactionId };
}

/** Both sides after the offer of a profile. */
async function offered({ confirmationCode, typed }: { confirmationCode?: string; typed?: string } = {}) {
  const { client, session, transactionId } = await authenticated();
  const confirmationCodeRequired = confirmationCode !== undefined;
  const offer = await offerDownload(
    { transactionId, euiccSignature1: client.euiccSignature1, confirmationCodeRequired },
    signer,
  );
  const request = PrepareDownloadRequest.encode({
    ...offer,
    hashCc: typed === undefined ? undefined : hashCcOf(confirmationCodeHash(typed), transactionId),
    smdpCertificate: pb.certificate.raw,
  });
  const { response, download } = prepareDownload(request, session, newKey, now);
  const kept: OfferSession = {
    transactionId,
    smdpSignature2: offer.smdpSignature2,
    euiccPublicKey: client.publicKey,
    curve: pb.certificate.curve,
    confirmationCodeHash: confirmationCodeRequired ? confirmationCodeHash(confirmationCode) : undefined,
  };
  return { client, session, transactionId, offer, request, response, download, kept };
}

function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof RspRefusal) return error.code;
    throw error;
  }
  return 'accepted';
}

function errorOf(response: Uint8Array): string {
  const decoded = PrepareDownloadResponse.decode(response);
  return decoded.kind === 'downloadResponseError'
    ? nameOf(DownloadErrorCode, decoded.value.downloadErrorCode)
    : 'accepted';
}

describe('a download', () => {
  it('goes from the offer to the installed profile and its result', async () => {
    const { transactionId, response, download, kept, client } = await offered();
    if (download === undefined) throw new Error('refused');
    const { euiccOtpk } = verifyPrepareDownloadResponse(response, kept);
    const upp = randomBytes(1500);
    const bpp = await bindProfilePackage({
      transactionId,
      eid: client.eid,
      euiccOtpk,
      smdpOneTimeKey: OneTimeKeyPair.generate('P-256', randomBytes),
      hostId: hex('0102'),
      signer,
      storeMetadata: StoreMetadataRequest.encode({
        iccid: '8981100000000000001',
        serviceProviderName: 'A',
        profileName: 'B',
      }),
      profile: protectedProfile(upp),
    });
    expect(profileOf(read([bpp], { ...download, eid }))).toEqual(upp);

    const octets = signInstallationResult(
      {
        transactionId,
        notificationMetadata: {
          seqNumber: 1,
          profileManagementOperation: ['install'],
          notificationAddress: smdpAddress,
          iccid: '8981100000000000001',
        },
        smdpOid: download.smdpOid,
        finalResult: {
          kind: 'successResult',
          value: { aid: hex('A0000005591010FFFFFFFF8900001000'), simaResponse: hex('3007A0053003800100') },
        },
      },
      credential.signer,
    );
    const result = PendingNotification.decode(octets);
    if (result.kind !== 'profileInstallationResult') throw new Error('another notification');
    expect(refusalOf(() => verifyInstallationResult(result.value, client.publicKey))).toBe('accepted');
    expect(refusalOf(() => verifyInstallationResult(result.value, pb.keys.publicKey))).toBe('EUICC_SIGNATURE_INVALID');
    const changed = Buffer.from(octets);
    changed.set([2], changed.indexOf(hex('800101')) + 2);
    expect(refusalOf(() => verifyInstallationResult(ProfileInstallationResult.decode(changed), client.publicKey))).toBe(
      'EUICC_SIGNATURE_INVALID',
    );
  });

  it('can be bound to the same one-time key again', async () => {
    const { client, session, transactionId } = await authenticated();
    const earlier = OneTimeKeyPair.generate('P-256', randomBytes);
    const offer = await offerDownload(
      {
        transactionId,
        euiccSignature1: client.euiccSignature1,
        confirmationCodeRequired: false,
        bppEuiccOtpk: earlier.publicKey,
      },
      signer,
    );
    const request = PrepareDownloadRequest.encode({ ...offer, smdpCertificate: pb.certificate.raw });
    const asked: unknown[] = [];
    const { download } = prepareDownload(
      request,
      session,
      (curve, reuse) => {
        asked.push([curve, reuse]);
        return earlier;
      },
      now,
    );
    expect(asked).toEqual([['P-256', earlier.publicKey]]);
    expect(download?.euiccOneTimeKey).toBe(earlier);
  });
});

describe('a confirmation code', () => {
  it.each([
    ['0815', '0815', 'accepted'],
    ['0815', '0816', 'CONFIRMATION_CODE_REFUSED'],
    ['0815', undefined, 'CONFIRMATION_CODE_MISSING'],
    [undefined, '0815', 'accepted'],
  ])('of %s, typed as %s, is %s', async (confirmationCode, typed, expected) => {
    const { response, kept } = await offered({
      ...(confirmationCode && { confirmationCode }),
      ...(typed && { typed }),
    });
    expect(refusalOf(() => verifyPrepareDownloadResponse(response, kept))).toBe(expected);
  });
});

describe('an SM-DP+ refuses to bind', () => {
  it('to what the eUICC of this session did not sign', async () => {
    const { response, kept } = await offered();
    const other = await offered();
    const verify = (octets: Uint8Array, changes: Partial<OfferSession> = {}) =>
      refusalOf(() => verifyPrepareDownloadResponse(octets, { ...kept, ...changes }));
    expect(verify(response)).toBe('accepted');
    expect(verify(other.response)).toBe('EUICC_SIGNATURE_INVALID');
    expect(verify(response, { euiccPublicKey: pb.keys.publicKey })).toBe('EUICC_SIGNATURE_INVALID');
    expect(verify(response, { transactionId: hex('01') })).toBe('TRANSACTION_UNKNOWN');
    expect(verify(hex('BF2100'))).toBe('PARAMETER_INVALID');
  });

  it('to a one-time key that is not on the curve, though it is signed', async () => {
    const { kept, transactionId } = await offered();
    const euiccSigned2 = EUICCSigned2.encode({ transactionId, euiccOtpk: hex(`04${'11'.repeat(64)}`) });
    const parts = signedData.euiccSignature2(euiccSigned2, kept.smdpSignature2);
    const response = PrepareDownloadResponse.encode({
      kind: 'downloadResponseOk',
      value: { euiccSigned2, euiccSignature2: signObjectNow(credential.signer, parts) },
    });
    expect(refusalOf(() => verifyPrepareDownloadResponse(response, kept))).toBe('EUICC_ONE_TIME_KEY_INVALID');
  });

  it('when the eUICC reports an error', async () => {
    const { request, kept } = await offered();
    const { response } = prepareDownload(request, undefined, newKey, now);
    expect(() => verifyPrepareDownloadResponse(response, kept)).toThrow(EuiccReportedError);
  });
});

describe('an eUICC refuses an offer', () => {
  const prepare = async (
    changes: Partial<{ smdpCertificate: Uint8Array; smdpSigned2: Uint8Array }>,
    session?: (session: EuiccSession) => EuiccSession | undefined,
    by = signer,
  ): Promise<string> => {
    const both = await authenticated();
    const { transactionId, client } = both;
    const signed = await offerDownload(
      { transactionId, euiccSignature1: client.euiccSignature1, confirmationCodeRequired: false },
      by,
    );
    const request = PrepareDownloadRequest.encode({ ...signed, smdpCertificate: pb.certificate.raw, ...changes });
    const outcome = prepareDownload(request, session === undefined ? both.session : session(both.session), newKey, now);
    expect(outcome.download === undefined).toBe(errorOf(outcome.response) !== 'accepted');
    return errorOf(outcome.response);
  };

  it('without a session, of another one, or signed by another', async () => {
    expect(await prepare({})).toBe('accepted');
    expect(await prepare({}, () => undefined)).toBe('noSessionContext');
    expect(await prepare({}, (session) => ({ ...session, transactionId: hex('01') }))).toBe('invalidTransactionId');
    expect(await prepare({}, (session) => ({ ...session, euiccSignature1: hex('00') }))).toBe('invalidSignature');
    const changed = SmdpSigned2.encode({ transactionId: hex('02'), ccRequiredFlag: false });
    expect(await prepare({ smdpSigned2: changed })).toBe('invalidSignature');
    expect(await prepare({}, undefined, credentialOf(await issueServer(ci, 'DPpb')).signer)).toBe('invalidSignature');
  });

  it('of an SM-DP+ whose certificates do not belong together', async () => {
    const offerOf = async (issued: Awaited<ReturnType<typeof issueServer>>) =>
      prepare({ smdpCertificate: issued.certificate.raw }, undefined, credentialOf(issued).signer);
    expect(await offerOf(await issueServer(ci, 'DPpb'))).toBe('accepted');
    expect(await offerOf(await issueServer(ci, 'DPpb', '2.999.12'))).toBe('invalidCertificate');
    const ds = (session: EuiccSession): EuiccSession => ({ ...session, server: { ...session.server, role: 'DSauth' } });
    expect(await prepare({}, ds)).toBe('invalidCertificate');
    expect(await offerOf(await issueServer(ci, 'DPauth'))).toBe('invalidCertificate');
    expect(await offerOf(await issueServer(await issueCi(), 'DPpb'))).toBe('invalidCertificate');
    const brainpool = await issue(
      'brainpoolP256r1',
      {
        subject: [{ type: 'CN', value: 'DPpb' }],
        keyUsage: ['digitalSignature'],
        policies: [roleOids.DPpb],
        subjectAltName: { registeredIds: [smdpOid] },
      },
      ci,
    );
    expect(await offerOf(brainpool)).toBe('unsupportedCurve');
  });
});

describe('a session', () => {
  it('is cancelled with the reason the eUICC signed', async () => {
    const { session, transactionId, client } = await authenticated();
    const request = CancelSessionRequest.encode({ transactionId, reason: CancelSessionReason.postponed });
    const { response, cancelled } = cancelSession(request, session);
    expect(cancelled).toBe(true);
    const kept = { transactionId, euiccPublicKey: client.publicKey, smdpOid };
    expect(verifyCancelSessionResponse(response, kept)).toEqual({ reason: CancelSessionReason.postponed });
    const refusal = (changes: Partial<typeof kept>) =>
      refusalOf(() => verifyCancelSessionResponse(response, { ...kept, ...changes }));
    expect(refusal({ smdpOid: '2.999.12' })).toBe('SMDP_OID_MISMATCH');
    expect(refusal({ transactionId: hex('01') })).toBe('TRANSACTION_UNKNOWN');
    expect(refusal({ euiccPublicKey: pb.keys.publicKey })).toBe('EUICC_SIGNATURE_INVALID');
  });

  it('is not cancelled by another transaction', async () => {
    const { session, client, transactionId } = await authenticated();
    const request = CancelSessionRequest.encode({ transactionId: hex('01'), reason: CancelSessionReason.timeout });
    for (const context of [session, undefined]) {
      const { response, cancelled } = cancelSession(request, context);
      expect(cancelled).toBe(false);
      expect(CancelSessionResponse.decode(response)).toEqual({ kind: 'cancelSessionResponseError', value: 5 });
      const kept = { transactionId, euiccPublicKey: client.publicKey, smdpOid };
      expect(() => verifyCancelSessionResponse(response, kept)).toThrow(EuiccReportedError);
    }
  });
});

describe('a notification', () => {
  const metadata = {
    seqNumber: 7,
    profileManagementOperation: ['enable'],
    notificationAddress: smdpAddress,
    iccid: '8981100000000000001',
  } as const;

  it('names the eUICC by the certificates it carries', async () => {
    const notification = OtherSignedNotification.decode(signOtherNotification(metadata, credential));
    expect(verifyOtherNotification(notification, [ci.certificate], now).eid).toBe(eid);
    expect(notification.tbsOtherNotification).toMatchObject(metadata);
    const other = (await issueCi()).certificate;
    expect(refusalOf(() => verifyOtherNotification(notification, [other], now))).toBe('CI_UNKNOWN');
    const changed = {
      ...notification,
      euiccNotificationSignature: Buffer.from(notification.euiccNotificationSignature),
    };
    changed.euiccNotificationSignature.reverse().set(hex('5F3740'));
    expect(refusalOf(() => verifyOtherNotification(changed, [ci.certificate], now))).toBe('EUICC_SIGNATURE_INVALID');
  });
});
