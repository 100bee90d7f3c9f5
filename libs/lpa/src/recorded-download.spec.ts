import { AuthenticateServerRequest, AuthenticateServerResponse, PrepareDownloadRequest } from '@tegata/rsp';
import type { Es9Plus } from './es9plus.ts';
import type { Es10b } from './es10.ts';
import { downloadProfile } from './profile-download.ts';
import { readRecordedSession, vectorsAreThere } from './testing/recorded-session.ts';

const base64 = (text = '') => Buffer.from(text, 'base64');

/** Server and eUICC that answer as recorded, and keep what they were asked. */
function replay() {
  const { exchange, matchingId } = readRecordedSession();
  const initiate = exchange.initiateAuthentication;
  const authenticate = exchange.authenticateClient;
  const bind = exchange.getBoundProfilePackage;
  const transactionId = Buffer.from(initiate.response.transactionId ?? '', 'hex');
  const asked: Record<string, unknown> = {};
  const loaded: Uint8Array[] = [];
  const es9Plus: Es9Plus = {
    initiateAuthentication: async (request) => {
      asked.initiateAuthentication = request;
      return {
        transactionId,
        serverSigned1: base64(initiate.response.serverSigned1),
        serverSignature1: base64(initiate.response.serverSignature1),
        euiccCiPkIdToBeUsed: base64(initiate.response.euiccCiPKIdToBeUsed),
        serverCertificate: base64(initiate.response.serverCertificate),
      };
    },
    authenticateClient: async (request) => {
      asked.authenticateClient = request;
      return {
        transactionId,
        profileMetadata: base64(authenticate.response.profileMetadata),
        smdpSigned2: base64(authenticate.response.smdpSigned2),
        smdpSignature2: base64(authenticate.response.smdpSignature2),
        smdpCertificate: base64(authenticate.response.smdpCertificate),
      };
    },
    getBoundProfilePackage: async (request) => {
      asked.getBoundProfilePackage = request;
      return { transactionId, boundProfilePackage: base64(bind.response.boundProfilePackage) };
    },
    handleNotification: async () => ({}),
    cancelSession: async () => {
      throw new Error('a session that succeeds is not cancelled');
    },
  };
  const es10b: Es10b = {
    getEuiccInfo1: async () => base64(initiate.request.euiccInfo1),
    getEuiccChallenge: async () => base64(initiate.request.euiccChallenge),
    authenticateServer: async (request) => {
      asked.authenticateServer = request;
      return base64(authenticate.request.authenticateServerResponse);
    },
    prepareDownload: async (request) => {
      asked.prepareDownload = request;
      return base64(bind.request.prepareDownloadResponse);
    },
    getRat: async () => {
      throw new Error('the recorded profile has no policy rules');
    },
    loadBoundProfilePackage: async (pieces) => {
      loaded.push(...pieces);
      return base64(exchange.handleNotification.request.pendingNotification);
    },
    cancelSession: async () => {
      throw new Error('a session that succeeds is not cancelled');
    },
    listNotification: async () => [],
    retrieveNotificationsList: async () => [],
    removeNotificationFromList: async () => {},
  };
  const es10c = {
    getProfilesInfo: async () => {
      throw new Error('the recorded profile has no policy rules');
    },
  };
  const { value } = AuthenticateServerResponse.decode(base64(authenticate.request.authenticateServerResponse));
  if (!('euiccSigned1' in value)) throw new Error('the recorded eUICC refused');
  const { deviceInfo } = value.euiccSigned1.ctxParams1;
  const smdpAddress = initiate.request.smdpAddress ?? '';
  const download = (smdpOid: string) =>
    downloadProfile(
      { es10b, es10c, es9Plus, device: deviceInfo },
      { smdpAddress, matchingId, smdpOid },
      {
        consent: async () => 'install',
      },
    );
  return { exchange, asked, loaded, download, ctxParams1: value.euiccSigned1.ctxParams1, transactionId };
}

const describeWithVectors = vectorsAreThere ? describe : describe.skip;

describeWithVectors('a download recorded with another LPA, SM-DP+ and eUICC', () => {
  it('is carried out by this one with the same messages', async () => {
    const { exchange, asked, loaded, download, ctxParams1, transactionId } = replay();
    const installed = await download('2.999.10');
    expect(installed.iccid).toBe('89000123456789012341');
    expect(asked.authenticateClient).toEqual({
      transactionId,
      authenticateServerResponse: base64(exchange.authenticateClient.request.authenticateServerResponse),
    });
    expect(asked.getBoundProfilePackage).toEqual({
      transactionId,
      prepareDownloadResponse: base64(exchange.getBoundProfilePackage.request.prepareDownloadResponse),
    });
    const toEuicc = AuthenticateServerRequest.decode(asked.authenticateServer as Uint8Array);
    expect(toEuicc.serverSigned1.raw).toEqual(
      Uint8Array.from(base64(exchange.initiateAuthentication.response.serverSigned1)),
    );
    expect(toEuicc.ctxParams1.raw).toEqual(ctxParams1.raw);
    const offer = PrepareDownloadRequest.decode(asked.prepareDownload as Uint8Array);
    expect(offer.smdpSigned2.raw).toEqual(Uint8Array.from(base64(exchange.authenticateClient.response.smdpSigned2)));
    expect(Buffer.concat(loaded)).toEqual(base64(exchange.getBoundProfilePackage.response.boundProfilePackage));
  });

  it('is refused when the activation code has the OID of another SM-DP+', async () => {
    const { asked, download } = replay();
    await expect(download('2.999.12')).rejects.toMatchObject({ code: 'SERVER_OID_MISMATCH' });
    expect(asked.authenticateServer).toBeUndefined();
  });
});
