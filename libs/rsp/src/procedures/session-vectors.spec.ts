import { parseCertificate } from '@tegata/x509';
import type { OneTimeKey } from '../cryptography/key-agreement.ts';
import { signatureHolds, signerOf, signObjectNow } from '../cryptography/signature.ts';
import { signedData } from '../cryptography/signed-data.ts';
import { toHex } from '../identifiers/nibbles.ts';
import {
  AuthenticateServerRequest,
  AuthenticateServerResponse,
  EuiccSigned1,
  ServerSigned1,
} from '../objects/authenticate-server.ts';
import { AuthenticateClientResponseEs9 } from '../objects/es9plus.ts';
import {
  EuiccResponse,
  ProfileInstallationResult,
  ProfileInstallationResultData,
} from '../objects/installation-result.ts';
import { StoreMetadataRequest } from '../objects/metadata.ts';
import { PrepareDownloadRequest, PrepareDownloadResponse } from '../objects/prepare-download.ts';
import { BoundProfilePackageReader } from '../package/bound-profile-package-reader.ts';
import { splitBoundProfilePackage } from '../package/load-bound-profile-package.ts';
import { RspRefusal } from '../refusals/rsp-refusal.ts';
import {
  describeWithVectors,
  type FixedSession,
  hex,
  type RecordedSession,
  vectorFile,
  vectorJson,
  vectorPrivateKey,
  vectorPublicKey,
} from '../testing/vectors.ts';
import { verifyAuthenticateServerResponse } from './authenticate-client.ts';
import { type AuthenticatingEuicc, authenticateServer, type EuiccSession } from './authenticate-server.ts';
import { authenticateToEuicc, initiateAuthentication } from './initiate-authentication.ts';
import { offerDownload, verifyPrepareDownloadResponse } from './offer-download.ts';
import { prepareDownload } from './prepare-download.ts';
import { verifyInstallationResult } from './sign-notification.ts';

/** Inside the validity of all certificates of the sessions. */
const at = new Date('2026-11-22T12:00:00Z');
const certificate = (name: string) => parseCertificate(vectorFile(name));
/** The value of a recorded signature object, for a signer that replays it. */
const replayed = (object: string) => () => hex(object).subarray(3);

describeWithVectors('a session with all inputs fixed, replayed', () => {
  const { inputs, euicc, server, derived, certificates } = vectorJson<FixedSession>('session-fixed.json');
  const transactionId = hex(inputs.transactionId);
  const dpAuth = certificate(certificates.dpAuth);
  const dpPb = certificate(certificates.dpPb);
  const ci = certificate(certificates.ci);
  /** The same CI key under the name that is in the server's certificates. */
  const serverCi = certificate('certs/CERT_CI_ECDSA_NIST.der');
  const ok = AuthenticateServerResponse.decode(hex(euicc.authenticateServerResponse));
  if (ok.kind !== 'authenticateResponseOk') throw new Error('recorded answer is an error');
  const { euiccCertificate, eumCertificate, euiccSigned1 } = ok.value;
  const accepted = AuthenticateClientResponseEs9.decode(hex(server.authenticateClientResponse));
  if (accepted.kind !== 'authenticateClientOk') throw new Error('recorded answer is an error');
  const offer = accepted.value;
  const euiccPublicKey = parseCertificate(euiccCertificate).publicKey;

  const oneTimeKey: OneTimeKey = {
    curve: 'P-256',
    publicKey: hex(derived.otpkEuicc),
    agree: (point) => {
      expect(toHex(point)).toBe(derived.otpkDp);
      return Buffer.from(hex(derived.sharedSecret));
    },
  };

  const emulated = (): AuthenticatingEuicc => ({
    euiccChallenge: hex(inputs.euiccChallenge),
    cis: [ci, serverCi],
    credentialUnder: () => ({ signer: replayed(euicc.euiccSignature1), euiccCertificate, eumCertificate }),
    euiccInfo2: euiccSigned1.euiccInfo2.raw,
    at,
  });

  it('SM-DP+ authenticates itself octet for octet', async () => {
    const authentication = await authenticateToEuicc(
      hex(inputs.euiccChallenge),
      inputs.serverAddress,
      replayed(server.serverSignature1),
      { transactionId: hex(inputs.transactionId), serverChallenge: hex(inputs.serverChallenge) },
    );
    expect(toHex(authentication.serverSigned1)).toBe(server.serverSigned1);
    expect(toHex(authentication.serverSignature1)).toBe(server.serverSignature1);
    const parts = signedData.serverSignature1(hex(server.serverSigned1));
    expect(signatureHolds(dpAuth.publicKey, hex(server.serverSignature1), parts)).toBe(true);
  });

  it('SM-DP+ would not have begun with an eUICC that lists no CI', async () => {
    const begun = initiateAuthentication(
      {
        euiccChallenge: hex(inputs.euiccChallenge),
        euiccInfo1: hex(inputs.euiccInfo1),
        smdpAddress: inputs.serverAddress,
      },
      {
        kind: 'SM-DP+',
        address: inputs.serverAddress,
        supportsSvn: (svn) => svn === '2.0.0',
        credentials: [{ certificate: dpAuth, signer: replayed(server.serverSignature1) }],
        cis: [serverCi],
      },
      () => ({ transactionId, serverChallenge: hex(inputs.serverChallenge) }),
    );
    await expect(begun).rejects.toEqual(new RspRefusal('SMDP_CERTIFICATE_UNAVAILABLE'));
  });

  it('eUICC verifies the server and answers octet for octet', () => {
    const request = AuthenticateServerRequest.encode({
      serverSigned1: hex(server.serverSigned1),
      serverSignature1: hex(server.serverSignature1),
      euiccCiPKIdToBeUsed: hex(server.euiccCiPKIdToBeUsed).subarray(2),
      serverCertificate: dpAuth.raw,
      ctxParams1: euiccSigned1.ctxParams1.raw,
    });
    const { response, session } = authenticateServer(request, emulated());
    expect(toHex(response)).toBe(euicc.authenticateServerResponse);
    expect(session).toMatchObject({ serverAddress: inputs.serverAddress, server: { role: 'DPauth', oid: '2.999.10' } });
  });

  it('SM-DP+ verifies the eUICC and offers the profile octet for octet', async () => {
    const session = {
      transactionId,
      serverChallenge: hex(inputs.serverChallenge),
      serverAddress: inputs.serverAddress,
      ci,
    };
    const verified = verifyAuthenticateServerResponse(hex(euicc.authenticateServerResponse), session, at);
    expect(verified).toMatchObject({ eid: inputs.eid, matchingId: '', deviceInfo: { tac: new Uint8Array(4) } });
    const { euiccSignature1 } = verified;
    const signed = await offerDownload(
      { transactionId, euiccSignature1, confirmationCodeRequired: false },
      replayed(toHex(offer.smdpSignature2)),
    );
    const parts = signedData.smdpSignature2(signed.smdpSigned2, euiccSignature1);
    expect(signatureHolds(dpPb.publicKey, signed.smdpSignature2, parts)).toBe(true);
    const answer = AuthenticateClientResponseEs9.encode({
      kind: 'authenticateClientOk',
      value: {
        transactionId,
        profileMetadata: hex(inputs.storeMetadataRequest),
        ...signed,
        smdpCertificate: dpPb.raw,
      },
    });
    expect(toHex(answer)).toBe(server.authenticateClientResponse);
  });

  it('eUICC accepts the offer octet for octet', () => {
    const session: EuiccSession = {
      transactionId,
      serverAddress: inputs.serverAddress,
      server: { certificate: dpAuth, role: 'DPauth', oid: '2.999.10' },
      ci: serverCi,
      credential: { signer: replayed(euicc.euiccSignature2), euiccCertificate, eumCertificate },
      euiccSignature1: hex(euicc.euiccSignature1),
    };
    const request = PrepareDownloadRequest.encode({
      smdpSigned2: offer.smdpSigned2.raw,
      smdpSignature2: offer.smdpSignature2,
      smdpCertificate: offer.smdpCertificate,
    });
    const { response, download } = prepareDownload(request, session, () => oneTimeKey, at);
    expect(toHex(response)).toBe(euicc.prepareDownloadResponse);
    expect(download).toMatchObject({ transactionId, smdpOid: '2.999.10' });
  });

  it('SM-DP+ verifies the one-time key', () => {
    const { euiccOtpk } = verifyPrepareDownloadResponse(hex(euicc.prepareDownloadResponse), {
      transactionId,
      smdpSignature2: offer.smdpSignature2,
      euiccPublicKey,
      curve: 'P-256',
    });
    expect(toHex(euiccOtpk)).toBe(derived.otpkEuicc);
  });

  it('eUICC reads the bound profile package, element by element', () => {
    const reader = new BoundProfilePackageReader({
      transactionId,
      smdpPublicKey: dpPb.publicKey,
      euiccOneTimeKey: oneTimeKey,
      eid: inputs.eid,
    });
    const events = splitBoundProfilePackage(hex(server.boundProfilePackage)).map((piece) => reader.push(piece));
    expect(events.map((step) => step.map(({ kind }) => kind))).toEqual([
      ['initialiseSecureChannel'],
      ['configureIsdp'],
      [],
      ['storeMetadata'],
      [],
      ['profileElements', 'end'],
    ]);
    expect(events.flat()[0]).toMatchObject({ request: { controlRefTemplate: { hostId: hex(inputs.hostId) } } });
    expect(events.flat()[3]).toEqual({ kind: 'profileElements', octets: hex(inputs.upp) });
  });

  it('eUICC builds the result octet for octet, and the SM-DP+ verifies it', () => {
    const result = ProfileInstallationResult.decode(hex(euicc.profileInstallationResult));
    expect(() => verifyInstallationResult(result, euiccPublicKey)).not.toThrow();
    const { notificationMetadata, finalResult } = result.profileInstallationResultData;
    expect(notificationMetadata).toMatchObject({
      seqNumber: 1,
      profileManagementOperation: ['install'],
      notificationAddress: inputs.serverAddress,
      iccid: '89000123456789012341',
    });
    const data = ProfileInstallationResultData.encode({
      transactionId,
      // Recorded with trailing zero bits, which this encoder does not make.
      notificationMetadata: notificationMetadata.raw,
      smdpOid: '2.999',
      finalResult,
    });
    const again = ProfileInstallationResult.encode({
      profileInstallationResultData: data,
      euiccSignPIR: result.euiccSignPIR,
    });
    expect(toHex(again)).toBe(euicc.profileInstallationResult);
  });
});

describeWithVectors('a session recorded against another SM-DP+', () => {
  const { exchange, keys, certificates, matchingId } = vectorJson<RecordedSession>('session-recorded.json');
  const of = (text: string): Uint8Array => Buffer.from(text, 'base64');
  const { initiateAuthentication: begin, authenticateClient: client, getBoundProfilePackage: bind } = exchange;
  const ci = certificate(certificates.ci);
  const transactionId = hex(client.request.transactionId);

  it('is verified from the first signature to the last', () => {
    const signed1 = ServerSigned1.decode(of(begin.response.serverSigned1));
    const dpAuth = parseCertificate(of(begin.response.serverCertificate));
    expect(signatureHolds(dpAuth.publicKey, of(begin.response.serverSignature1), [signed1.raw])).toBe(true);
    expect(toHex(signed1.transactionId)).toBe(begin.response.transactionId);

    const session = { ...signed1, ci };
    const verified = verifyAuthenticateServerResponse(of(client.request.authenticateServerResponse), session, at);
    expect(verified).toMatchObject({ eid: keys.eid, matchingId });
    expect(verified.euicc.raw).toEqual(Uint8Array.from(vectorFile(certificates.euicc)));

    const smdpSignature2 = of(client.response.smdpSignature2);
    const dpPb = parseCertificate(of(client.response.smdpCertificate));
    const parts = signedData.smdpSignature2(of(client.response.smdpSigned2), verified.euiccSignature1);
    expect(signatureHolds(dpPb.publicKey, smdpSignature2, parts)).toBe(true);
    expect(StoreMetadataRequest.decode(of(client.response.profileMetadata))).toMatchObject({
      iccid: '89000123456789012341',
      profileName: 'TS48v1_A',
    });

    const { publicKey: euiccPublicKey } = verified;
    const kept = { transactionId, smdpSignature2, euiccPublicKey, curve: 'P-256' } as const;
    const { euiccOtpk } = verifyPrepareDownloadResponse(of(bind.request.prepareDownloadResponse), kept);
    expect(toHex(euiccOtpk)).toBe(keys.otpkEuicc);

    const result = ProfileInstallationResult.decode(of(exchange.handleNotification.request.pendingNotification));
    expect(() => verifyInstallationResult(result, euiccPublicKey)).not.toThrow();
    const { finalResult } = result.profileInstallationResultData;
    if (finalResult.kind !== 'successResult') throw new Error('recorded installation failed');
    expect(EuiccResponse.decode(finalResult.value.simaResponse).peStatus).toMatchObject([{ status: 0 }]);
  });

  it('decodes to structures that encode to the same octets', () => {
    const response = of(client.request.authenticateServerResponse);
    const decoded = AuthenticateServerResponse.decode(response);
    if (decoded.kind !== 'authenticateResponseOk') throw new Error('recorded answer is an error');
    // Its uiccCapability has trailing zero bits: only the octets as received are the ones that were signed.
    const { euiccSigned1 } = decoded.value;
    expect(EuiccSigned1.encode(euiccSigned1)).not.toEqual(euiccSigned1.raw);
    const value = { ...decoded.value, euiccSigned1: euiccSigned1.raw };
    expect(AuthenticateServerResponse.encode({ kind: decoded.kind, value })).toEqual(response);
    const prepared = of(bind.request.prepareDownloadResponse);
    expect(PrepareDownloadResponse.encode(PrepareDownloadResponse.decode(prepared))).toEqual(prepared);
    const metadata = of(client.response.profileMetadata);
    expect(StoreMetadataRequest.encode(StoreMetadataRequest.decode(metadata))).toEqual(metadata);
    const result = of(exchange.handleNotification.request.pendingNotification);
    expect(ProfileInstallationResult.encode(ProfileInstallationResult.decode(result))).toEqual(result);
  });
});

describeWithVectors('keys and certificates of SGP.26', () => {
  it.each(['CERT_S_SM_DPauth', 'CERT_S_SM_DPpb', 'CERT_S_SM_DP2auth', 'CERT_S_SM_DP2pb'])(
    '%s sign and verify on both curves',
    (name) => {
      for (const curve of ['NIST', 'BRP']) {
        const key = vectorPrivateKey(`certs/${name.replace('CERT', 'SK')}_ECDSA_${curve}.pem`);
        const object = signObjectNow(signerOf(key), [hex('3000')]);
        expect(signatureHolds(vectorPublicKey(`certs/${name}_ECDSA_${curve}.der`), object, [hex('3000')])).toBe(true);
      }
    },
  );
});
