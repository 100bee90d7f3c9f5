import { randomBytes } from 'node:crypto';
import type {
  AuthenticateClientRequest,
  AuthenticateClientResponse,
  CancelSessionRequest,
  GetBoundProfilePackageRequest,
  HandleNotificationRequest,
  InitiateAuthenticationRequest,
  InitiateAuthenticationResponse,
} from '@tegata/contracts/gsma-rsp-v2';
import { encodeTlv } from '@tegata/der';
import {
  AuthenticateServerResponse,
  CancelSessionReason,
  CancelSessionResponse,
  PrepareDownloadResponse,
  ServerSigned1,
  SmdpSigned2,
  StoreMetadataRequest,
} from '@tegata/rsp';
import type { Es9Plus } from '../es9plus.ts';
import { asBuffer } from '../octets.ts';
import { anyCertificate, anySignature } from './fake-euicc.ts';

/** A refusal of a server, as a port throws it. */
export class Refusal extends Error {
  constructor(
    readonly subjectCode: string,
    readonly reasonCode: string,
  ) {
    super(`${subjectCode}/${reasonCode}`);
  }
}

/** Metadata of the profile that the fake SM-DP+ has. */
export const offeredMetadata = StoreMetadataRequest.encode({
  iccid: '89000123456789012341',
  serviceProviderName: 'Aozora',
  profileName: 'Aozora Mobile',
});

/** An SM-DP+ with one profile under one matchingId, as an LPA sees it; sessions go through their steps in order. */
export class FakeSmdp implements Es9Plus {
  readonly #sessions = new Map<string, 'initiated' | 'authenticated' | 'bound' | 'ended'>();
  /** What it says of itself and gives out. */
  readonly address: string;
  serverCertificate: Uint8Array = anyCertificate;
  matchingId = 'EVENT-1';
  confirmationCodeRequired = false;
  profileMetadata: Uint8Array = offeredMetadata;
  boundProfilePackage: Uint8Array = packageWith(offeredMetadata);
  /** Reasons of cancelled sessions. */
  readonly cancelled: string[] = [];
  /** Refusals of eUICCs that arrived. */
  readonly euiccRefusals: number[] = [];
  readonly hashCcs: (Uint8Array | undefined)[] = [];
  readonly notifications: Uint8Array[] = [];

  constructor(address: string) {
    this.address = address;
  }

  async initiateAuthentication(request: InitiateAuthenticationRequest): Promise<InitiateAuthenticationResponse> {
    const transactionId = randomBytes(16);
    this.#sessions.set(transactionId.toString('hex'), 'initiated');
    const { euiccChallenge } = request;
    const serverSigned1 = ServerSigned1.encode({
      transactionId,
      euiccChallenge,
      serverAddress: this.address,
      serverChallenge: randomBytes(16),
    });
    return {
      transactionId,
      serverSigned1: asBuffer(serverSigned1),
      serverSignature1: asBuffer(anySignature),
      euiccCiPkIdToBeUsed: asBuffer(encodeTlv(0x04, new Uint8Array(20))),
      serverCertificate: asBuffer(this.serverCertificate),
    };
  }

  async authenticateClient(request: AuthenticateClientRequest): Promise<AuthenticateClientResponse> {
    const { transactionId } = request;
    this.#step(transactionId, 'initiated', 'authenticated');
    const response = AuthenticateServerResponse.decode(request.authenticateServerResponse);
    if (response.kind === 'authenticateResponseError') {
      this.euiccRefusals.push(response.value.authenticateErrorCode);
      throw new Refusal('8.1', '6.1');
    }
    const { matchingId = '' } = response.value.euiccSigned1.ctxParams1;
    if (matchingId !== this.matchingId) throw new Refusal('8.2.6', '3.8');
    const ccRequiredFlag = this.confirmationCodeRequired;
    return {
      transactionId,
      profileMetadata: asBuffer(this.profileMetadata),
      smdpSigned2: asBuffer(SmdpSigned2.encode({ transactionId, ccRequiredFlag })),
      smdpSignature2: asBuffer(anySignature),
      smdpCertificate: asBuffer(anyCertificate),
    };
  }

  async getBoundProfilePackage({ transactionId, prepareDownloadResponse }: GetBoundProfilePackageRequest) {
    this.#step(transactionId, 'authenticated', 'bound');
    const response = PrepareDownloadResponse.decode(prepareDownloadResponse);
    if (response.kind === 'downloadResponseError') {
      this.euiccRefusals.push(response.value.downloadErrorCode);
      throw new Refusal('8.1', '6.1');
    }
    this.hashCcs.push(response.value.euiccSigned2.hashCc);
    return { transactionId, boundProfilePackage: asBuffer(this.boundProfilePackage) };
  }

  async handleNotification({ pendingNotification }: HandleNotificationRequest) {
    this.notifications.push(pendingNotification);
    return {};
  }

  async cancelSession({ transactionId, cancelSessionResponse }: CancelSessionRequest) {
    const session = this.#sessions.get(transactionId.toString('hex'));
    const response = CancelSessionResponse.decode(cancelSessionResponse);
    if (session === undefined || response.kind === 'cancelSessionResponseError') throw new Refusal('8.10.1', '3.9');
    const { reason } = response.value.euiccCancelSessionSigned;
    const [name = String(reason)] = Object.entries(CancelSessionReason).find(([, code]) => code === reason) ?? [];
    this.cancelled.push(name);
    return {};
  }

  #step(transactionId: Buffer, from: string, to: 'authenticated' | 'bound'): void {
    const key = transactionId.toString('hex');
    if (this.#sessions.get(key) !== from) throw new Refusal('8.10.1', '3.9');
    this.#sessions.set(key, to);
  }
}

/** A package of the right structure: what is encrypted in it is for the eUICC alone. */
export function packageWith(metadata: Uint8Array): Uint8Array {
  const mac = new Uint8Array(8);
  const segment = (tag: number) => encodeTlv(tag, new Uint8Array(32));
  return encodeTlv(
    0xbf36,
    encodeTlv(0xbf23, Uint8Array.of(0x82, 1, 1)),
    encodeTlv(0xa0, segment(0x87)),
    encodeTlv(0xa1, encodeTlv(0x88, metadata.subarray(0, 20), mac), encodeTlv(0x88, metadata.subarray(20), mac)),
    encodeTlv(0xa3, segment(0x86), segment(0x86)),
  );
}
