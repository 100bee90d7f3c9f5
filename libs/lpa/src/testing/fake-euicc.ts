import { randomBytes } from 'node:crypto';
import {
  AuthenticateServerRequest,
  AuthenticateServerResponse,
  CancelSessionRequest,
  CancelSessionResponse,
  EUICCInfo1,
  type EUICCInfo2Input,
  GetRatResponse,
  type GetRatResponseInput,
  PrepareDownloadRequest,
  PrepareDownloadResponse,
  ProfileInstallationResult,
} from '@tegata/rsp';
import type { Es10b, Es10c, NotificationContents, ProfileContents } from '../es10.ts';

/** A signature object of the right size. The fakes sign nothing: an LPA verifies no signature. */
export const anySignature = Uint8Array.from([0x5f, 0x37, 0x40, ...Array<number>(64).fill(0)]);
/** An empty object where a certificate stands. */
export const anyCertificate = Uint8Array.of(0x30, 0);

const euiccInfo2: EUICCInfo2Input = {
  profileVersion: '2.3.1',
  svn: '2.3.0',
  euiccFirmwareVer: '1.0.0',
  extCardResource: Uint8Array.of(0x81, 1, 0),
  uiccCapability: [],
  rspCapability: [],
  euiccCiPKIdListForVerification: [],
  euiccCiPKIdListForSigning: [],
  ppVersion: '1.0.0',
  sasAcreditationNumber: '',
};

/** What the fake eUICC is told to refuse. */
export interface Refusals {
  /** authenticateErrorCode */
  authenticateServer?: number;
  /** downloadErrorCode */
  prepareDownload?: number;
  /** errorReason after this piece (0 is the first) */
  installation?: { readonly atPiece: number; readonly errorReason: number };
  /** No answer at all while the package is loaded. */
  breakAtPiece?: number;
}

/**
 * An eUICC as an LPA sees it, without cryptography: one session at a time, in which every function wants the one before, and
 * notifications that stay until they are removed.
 */
export class FakeEuicc implements Es10b, Pick<Es10c, 'getProfilesInfo'> {
  #session: { challenge: Uint8Array; transactionId?: Uint8Array; prepared?: boolean } | undefined;
  readonly refusals: Refusals = {};
  readonly loaded: Uint8Array[] = [];
  readonly installed: string[] = [];
  readonly pending = new Map<number, { readonly metadata: NotificationContents; readonly octets: Uint8Array }>();
  /** Its rules authorisation table: no operator may set a rule. */
  rulesAuthorisationTable: GetRatResponseInput['rat'] = [];
  /** Profiles that were there before. */
  profiles: readonly ProfileContents[] = [];
  /** Requests as they came. */
  readonly requests: { authenticateServer?: AuthenticateServerRequest; prepareDownload?: PrepareDownloadRequest } = {};

  async getEuiccInfo1(): Promise<Uint8Array> {
    return EUICCInfo1.encode({ svn: '2.3.0', euiccCiPKIdListForVerification: [], euiccCiPKIdListForSigning: [] });
  }

  async getEuiccChallenge(): Promise<Uint8Array> {
    this.#session = { challenge: randomBytes(16) };
    return this.#session.challenge;
  }

  async authenticateServer(request: Uint8Array): Promise<Uint8Array> {
    const { serverSigned1, ctxParams1, ...rest } = AuthenticateServerRequest.decode(request);
    this.requests.authenticateServer = { serverSigned1, ctxParams1, ...rest };
    const { transactionId, serverAddress, serverChallenge, euiccChallenge } = serverSigned1;
    const fresh = this.#session !== undefined && Buffer.compare(this.#session.challenge, euiccChallenge) === 0;
    const errorCode = this.refusals.authenticateServer ?? (fresh ? undefined : 6);
    if (errorCode !== undefined) {
      const value = { transactionId, authenticateErrorCode: errorCode };
      return AuthenticateServerResponse.encode({ kind: 'authenticateResponseError', value });
    }
    this.#session = { challenge: euiccChallenge, transactionId };
    return AuthenticateServerResponse.encode({
      kind: 'authenticateResponseOk',
      value: {
        euiccSigned1: { transactionId, serverAddress, serverChallenge, euiccInfo2, ctxParams1 },
        euiccSignature1: anySignature,
        euiccCertificate: anyCertificate,
        eumCertificate: anyCertificate,
      },
    });
  }

  async prepareDownload(request: Uint8Array): Promise<Uint8Array> {
    const decoded = PrepareDownloadRequest.decode(request);
    this.requests.prepareDownload = decoded;
    const { transactionId } = decoded.smdpSigned2;
    const errorCode = this.refusals.prepareDownload ?? (this.#isOurs(transactionId) ? undefined : 5);
    if (errorCode !== undefined) {
      const value = { transactionId, downloadErrorCode: errorCode };
      return PrepareDownloadResponse.encode({ kind: 'downloadResponseError', value });
    }
    if (this.#session !== undefined) this.#session.prepared = true;
    const euiccOtpk = Uint8Array.from([4, ...Array<number>(64).fill(1)]);
    const euiccSigned2 = { transactionId, euiccOtpk, hashCc: decoded.hashCc };
    return PrepareDownloadResponse.encode({
      kind: 'downloadResponseOk',
      value: { euiccSigned2, euiccSignature2: anySignature },
    });
  }

  async loadBoundProfilePackage(pieces: Iterable<Uint8Array>): Promise<Uint8Array> {
    if (this.#session?.prepared !== true) throw new Error('nothing was prepared');
    const { installation, breakAtPiece } = this.refusals;
    for (const piece of pieces) {
      this.loaded.push(piece);
      if (this.loaded.length - 1 === breakAtPiece) throw new Error('the card was taken out');
      if (this.loaded.length - 1 === installation?.atPiece) return this.#result(installation.errorReason);
    }
    return this.#result(undefined);
  }

  async getRat(): Promise<Uint8Array> {
    return GetRatResponse.encode({ rat: this.rulesAuthorisationTable });
  }

  async getProfilesInfo(): Promise<readonly ProfileContents[]> {
    return this.profiles;
  }

  async cancelSession(request: Uint8Array): Promise<Uint8Array> {
    const { transactionId, reason } = CancelSessionRequest.decode(request);
    if (!this.#isOurs(transactionId)) {
      return CancelSessionResponse.encode({ kind: 'cancelSessionResponseError', value: 5 });
    }
    this.#session = undefined;
    const euiccCancelSessionSigned = { transactionId, smdpOid: '2.999.10', reason };
    return CancelSessionResponse.encode({
      kind: 'cancelSessionResponseOk',
      value: { euiccCancelSessionSigned, euiccCancelSessionSignature: anySignature },
    });
  }

  async listNotification() {
    return [...this.pending.values()].map(({ metadata }) => metadata);
  }

  async retrieveNotificationsList({ seqNumber }: { readonly seqNumber: number }): Promise<Uint8Array[]> {
    const notification = this.pending.get(seqNumber);
    return notification === undefined ? [] : [notification.octets];
  }

  async removeNotificationFromList(seqNumber: number): Promise<void> {
    this.pending.delete(seqNumber);
  }

  #isOurs(transactionId: Uint8Array): boolean {
    const ours = this.#session?.transactionId;
    return ours !== undefined && Buffer.compare(ours, transactionId) === 0;
  }

  #result(errorReason: number | undefined): Uint8Array {
    const transactionId = this.#session?.transactionId ?? new Uint8Array(16);
    this.#session = undefined;
    const seqNumber = this.pending.size + 1;
    const iccid = '89000123456789012341';
    if (errorReason === undefined) this.installed.push(iccid);
    const metadata: NotificationContents = {
      seqNumber,
      profileManagementOperation: ['install'],
      notificationAddress: 'rsp.aozora.example',
      iccid,
    };
    const octets = ProfileInstallationResult.encode({
      profileInstallationResultData: {
        transactionId,
        notificationMetadata: metadata,
        finalResult:
          errorReason === undefined
            ? { kind: 'successResult', value: { aid: new Uint8Array(16), simaResponse: new Uint8Array(0) } }
            : { kind: 'errorResult', value: { bppCommandId: 5, errorReason } },
      },
      euiccSignPIR: anySignature,
    });
    this.pending.set(seqNumber, { metadata, octets });
    return octets;
  }
}
