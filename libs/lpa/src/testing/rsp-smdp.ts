import { randomBytes } from 'node:crypto';
import {
  type AuthenticatedEuicc,
  bindProfilePackage,
  CancelSessionReason,
  confirmationCodeHash,
  type InitiatedAuthentication,
  initiateAuthentication,
  newProfileProtectionKeys,
  OneTimeKeyPair,
  offerDownload,
  PendingNotification,
  type PprIdBits,
  protectProfilePackage,
  RspRefusal,
  type ServerCredential,
  type SignedDownloadOffer,
  StoreMetadataRequest,
  verifyAuthenticateServerResponse,
  verifyCancelSessionResponse,
  verifyInstallationResult,
  verifyPrepareDownloadResponse,
} from '@tegata/rsp';
import { drawSession } from '@tegata/rsp/testing';
import type { Certificate } from '@tegata/x509';
import type { Es9Plus } from '../es9plus.ts';
import { asBuffer } from '../octets.ts';

/** Keys of an SM-DP+. */
export interface SmdpKeys {
  readonly address: string;
  readonly oid: string;
  readonly cis: readonly Certificate[];
  readonly auth: ServerCredential;
  readonly pb: ServerCredential;
}

/** The one profile that waits there. */
export interface WaitingProfile {
  readonly matchingId: string;
  readonly iccid: string;
  /** Profile package in clear. */
  readonly upp: Uint8Array;
  readonly confirmationCode?: string;
  readonly profilePolicyRules?: readonly (keyof typeof PprIdBits)[];
}

interface Session {
  readonly initiated: InitiatedAuthentication;
  euicc?: AuthenticatedEuicc;
  offer?: SignedDownloadOffer;
}

/** An SM-DP+ made of the procedures of `@tegata/rsp`, with all its cryptography, keeping its sessions in memory. */
export class RspSmdp implements Es9Plus {
  readonly #sessions = new Map<string, Session>();
  /** Outcomes that were reported and whose signature held: `successResult`, `errorResult`, or a cancel reason. */
  readonly outcomes: string[] = [];

  constructor(
    private readonly keys: SmdpKeys,
    private readonly profile: WaitingProfile,
  ) {}

  initiateAuthentication: Es9Plus['initiateAuthentication'] = async (request) => {
    const { address, auth, cis } = this.keys;
    const server = { kind: 'SM-DP+', address, supportsSvn: () => true, credentials: [auth], cis } as const;
    const initiated = await initiateAuthentication(request, server, () => drawSession(randomBytes));
    const { transactionId, serverSigned1, serverSignature1, euiccCiPKIdToBeUsed } = initiated;
    this.#sessions.set(key(transactionId), { initiated });
    return {
      transactionId: asBuffer(transactionId),
      serverSigned1: asBuffer(serverSigned1),
      serverSignature1: asBuffer(serverSignature1),
      euiccCiPkIdToBeUsed: asBuffer(euiccCiPKIdToBeUsed),
      serverCertificate: asBuffer(auth.certificate.raw),
    };
  };

  authenticateClient: Es9Plus['authenticateClient'] = async ({ transactionId, authenticateServerResponse }) => {
    const session = this.#session(transactionId);
    const expected = { ...session.initiated, serverAddress: this.keys.address };
    const euicc = verifyAuthenticateServerResponse(authenticateServerResponse, expected, new Date());
    if ((euicc.matchingId ?? '') !== this.profile.matchingId) throw new RspRefusal('MATCHING_ID_REFUSED');
    const confirmationCodeRequired = this.profile.confirmationCode !== undefined;
    const { euiccSignature1 } = euicc;
    const { signer, certificate } = this.keys.pb;
    session.euicc = euicc;
    session.offer = await offerDownload({ transactionId, euiccSignature1, confirmationCodeRequired }, signer);
    return {
      transactionId,
      profileMetadata: asBuffer(this.#metadata()),
      smdpSigned2: asBuffer(session.offer.smdpSigned2),
      smdpSignature2: asBuffer(session.offer.smdpSignature2),
      smdpCertificate: asBuffer(certificate.raw),
    };
  };

  getBoundProfilePackage: Es9Plus['getBoundProfilePackage'] = async ({ transactionId, prepareDownloadResponse }) => {
    const { euicc, offer } = this.#session(transactionId);
    if (euicc === undefined || offer === undefined) throw new RspRefusal('TRANSACTION_UNKNOWN');
    const { confirmationCode, upp } = this.profile;
    const { euiccOtpk } = verifyPrepareDownloadResponse(prepareDownloadResponse, {
      transactionId,
      smdpSignature2: offer.smdpSignature2,
      euiccPublicKey: euicc.publicKey,
      curve: 'P-256',
      confirmationCodeHash: confirmationCode === undefined ? undefined : confirmationCodeHash(confirmationCode),
    });
    const ppk = newProfileProtectionKeys(randomBytes);
    const boundProfilePackage = await bindProfilePackage({
      transactionId,
      eid: euicc.eid,
      euiccOtpk,
      smdpOneTimeKey: OneTimeKeyPair.generate('P-256', randomBytes),
      hostId: Buffer.from('tegata'),
      signer: this.keys.pb.signer,
      storeMetadata: this.#metadata(),
      profile: { ppk, sequenceOf86: protectProfilePackage(upp, ppk) },
    });
    return { transactionId, boundProfilePackage: asBuffer(boundProfilePackage) };
  };

  handleNotification: Es9Plus['handleNotification'] = async ({ pendingNotification }) => {
    const notification = PendingNotification.decode(pendingNotification);
    if (notification.kind === 'profileInstallationResult') {
      const { transactionId, finalResult } = notification.value.profileInstallationResultData;
      const { euicc } = this.#session(transactionId);
      if (euicc === undefined) throw new RspRefusal('TRANSACTION_UNKNOWN');
      verifyInstallationResult(notification.value, euicc.publicKey);
      this.outcomes.push(finalResult.kind);
    } else {
      this.outcomes.push(...notification.value.tbsOtherNotification.profileManagementOperation.map(String));
    }
    return {};
  };

  cancelSession: Es9Plus['cancelSession'] = async ({ transactionId, cancelSessionResponse }) => {
    const { euicc } = this.#session(transactionId);
    if (euicc === undefined) throw new RspRefusal('TRANSACTION_UNKNOWN');
    const session = { transactionId, euiccPublicKey: euicc.publicKey, smdpOid: this.keys.oid };
    const { reason } = verifyCancelSessionResponse(cancelSessionResponse, session);
    const [name = String(reason)] = Object.entries(CancelSessionReason).find(([, code]) => code === reason) ?? [];
    this.outcomes.push(name);
    return {};
  };

  #metadata(): Uint8Array {
    const { iccid, profilePolicyRules } = this.profile;
    return StoreMetadataRequest.encode({
      iccid,
      ...(profilePolicyRules !== undefined && { profilePolicyRules, profileOwner: { mccMnc: '00101' } }),
      serviceProviderName: 'Aozora Mobile',
      profileName: 'Aozora test',
      notificationConfigurationInfo: [
        { profileManagementOperation: ['enable', 'disable', 'delete'], notificationAddress: this.keys.address },
      ],
    });
  }

  #session(transactionId: Uint8Array): Session {
    const session = this.#sessions.get(key(transactionId));
    if (session === undefined) throw new RspRefusal('TRANSACTION_UNKNOWN');
    return session;
  }
}

function key(transactionId: Uint8Array): string {
  return Buffer.from(transactionId).toString('hex');
}
