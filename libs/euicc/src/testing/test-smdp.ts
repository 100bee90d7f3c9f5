import { randomBytes } from 'node:crypto';
import {
  type AuthenticatedEuicc,
  AuthenticateServerRequest,
  bindProfilePackage,
  type InitiatedAuthentication,
  initiateAuthentication,
  newProfileProtectionKeys,
  OneTimeKeyPair,
  offerDownload,
  PrepareDownloadRequest,
  protectProfilePackage,
  type RandomSource,
  type ServerCredential,
  type SignedDownloadOffer,
  StoreMetadataRequest,
  type StoreMetadataRequestInput,
  signerOf,
  splitBoundProfilePackage,
  verifyAuthenticateServerResponse,
  verifyPrepareDownloadResponse,
} from '@tegata/rsp';
import { drawSession } from '@tegata/rsp/testing';
import type { Certificate } from '@tegata/x509';
import type { Euicc } from '../euicc.ts';
import { EID, NOW } from './test-euicc.ts';
import { vectorCertificate, vectorPrivateKey } from './vectors.ts';

/** What an LPA adds to the server's request. */
const CTX_PARAMS_1 = {
  matchingId: 'TEST-TOKEN',
  deviceInfo: { tac: Uint8Array.of(0x35, 0x29, 0x06, 0x11), deviceCapabilities: { eutranSupportedRelease: '15.0.0' } },
};

/** A session as the server sees it after AuthenticateClient. */
export interface SmdpSession {
  readonly initiated: InitiatedAuthentication;
  readonly euicc: AuthenticatedEuicc;
}

/** Metadata that fits a sample package. */
export function metadataFor(iccid: string, more: Partial<StoreMetadataRequestInput> = {}): Uint8Array {
  return StoreMetadataRequest.encode({
    iccid,
    serviceProviderName: 'Aozora Mobile',
    profileName: 'Aozora test',
    notificationConfigurationInfo: [
      { profileManagementOperation: ['enable', 'disable', 'delete'], notificationAddress: 'testsmdpplus1.example.com' },
    ],
    ...more,
  });
}

/** An SM-DP+ of the SGP.26 test PKI, made of the procedures of `@tegata/rsp`. */
export class TestSmdp {
  readonly address: string;
  readonly auth: ServerCredential;
  readonly pb: ServerCredential;
  private readonly ci = vectorCertificate('CI_ECDSA_NIST');

  constructor(name: 'DP' | 'DP2' = 'DP') {
    this.address = name === 'DP' ? 'testsmdpplus1.example.com' : 'testsmdpplus2.example.com';
    const credential = (role: string): ServerCredential => ({
      certificate: vectorCertificate(`S_SM_${name}${role}_ECDSA_NIST`),
      signer: signerOf(vectorPrivateKey(`S_SM_${name}${role}_ECDSA_NIST`)),
    });
    this.auth = credential('auth');
    this.pb = credential('pb');
  }

  /**
   * AuthenticateServerRequest for a fresh challenge of the eUICC.
   *
   * @param transactionId when it is to be this one
   */
  async challengeAnswer(
    euicc: Euicc,
    transactionId?: Uint8Array,
  ): Promise<{ initiated: InitiatedAuthentication; request: Uint8Array }> {
    const initiated = await initiateAuthentication(
      {
        euiccChallenge: await euicc.es10b.getEuiccChallenge(),
        euiccInfo1: await euicc.es10b.getEuiccInfo1(),
        smdpAddress: this.address,
      },
      {
        kind: 'SM-DP+',
        address: this.address,
        supportsSvn: () => true,
        credentials: [this.auth],
        cis: [this.ci],
      },
      // transactionId is the first that is drawn.
      () => drawSession(drawing(transactionId)),
    );
    return { initiated, request: this.authenticateServerRequest(initiated) };
  }

  authenticateServerRequest(
    { serverSigned1, serverSignature1, euiccCiPKIdToBeUsed }: InitiatedAuthentication,
    certificate: Certificate = this.auth.certificate,
  ): Uint8Array {
    return AuthenticateServerRequest.encode({
      serverSigned1,
      serverSignature1,
      euiccCiPKIdToBeUsed: euiccCiPKIdToBeUsed.subarray(2),
      serverCertificate: certificate.raw,
      ctxParams1: CTX_PARAMS_1,
    });
  }

  /** Common mutual authentication, to the end. */
  async authenticate(euicc: Euicc, transactionId?: Uint8Array): Promise<SmdpSession> {
    const { initiated, request } = await this.challengeAnswer(euicc, transactionId);
    const response = await euicc.es10b.authenticateServer(request);
    const session = { ...initiated, serverAddress: this.address };
    return { initiated, euicc: verifyAuthenticateServerResponse(response, session, NOW) };
  }

  /** The signed offer of a download. */
  offer({ initiated, euicc }: SmdpSession, bppEuiccOtpk?: Uint8Array): Promise<SignedDownloadOffer> {
    return Promise.resolve(
      offerDownload(
        {
          transactionId: initiated.transactionId,
          euiccSignature1: euicc.euiccSignature1,
          confirmationCodeRequired: false,
          ...(bppEuiccOtpk !== undefined && { bppEuiccOtpk }),
        },
        this.pb.signer,
      ),
    );
  }

  prepareDownloadRequest(offer: SignedDownloadOffer, certificate: Certificate = this.pb.certificate): Uint8Array {
    return PrepareDownloadRequest.encode({ ...offer, smdpCertificate: certificate.raw });
  }

  /** The offer, accepted: the one-time key of the eUICC. */
  async prepare(euicc: Euicc, session: SmdpSession, bppEuiccOtpk?: Uint8Array): Promise<Uint8Array> {
    const offer = await this.offer(session, bppEuiccOtpk);
    const response = await euicc.es10b.prepareDownload(this.prepareDownloadRequest(offer));
    const { transactionId } = session.initiated;
    const { euiccOtpk } = verifyPrepareDownloadResponse(response, {
      transactionId,
      smdpSignature2: offer.smdpSignature2,
      euiccPublicKey: session.euicc.publicKey,
      curve: 'P-256',
    });
    return euiccOtpk;
  }

  /** A package bound to a one-time key, with keys of its own. */
  bind(session: SmdpSession, euiccOtpk: Uint8Array, upp: Uint8Array, storeMetadata: Uint8Array): Promise<Uint8Array> {
    const ppk = newProfileProtectionKeys(randomBytes);
    return Promise.resolve(
      bindProfilePackage({
        transactionId: session.initiated.transactionId,
        eid: EID,
        euiccOtpk,
        smdpOneTimeKey: OneTimeKeyPair.generate('P-256', randomBytes),
        hostId: Buffer.from('tegata'),
        signer: this.pb.signer,
        storeMetadata,
        profile: { ppk, sequenceOf86: protectProfilePackage(upp, ppk) },
      }),
    );
  }

  /** A whole download up to the bound package. */
  async deliver(euicc: Euicc, upp: Uint8Array, storeMetadata: Uint8Array): Promise<Uint8Array> {
    const session = await this.authenticate(euicc);
    const euiccOtpk = await this.prepare(euicc, session);
    return this.bind(session, euiccOtpk, upp, storeMetadata);
  }

  /** A whole download: answers the ProfileInstallationResult. */
  async install(euicc: Euicc, upp: Uint8Array, storeMetadata: Uint8Array): Promise<Uint8Array> {
    const bpp = await this.deliver(euicc, upp, storeMetadata);
    return euicc.es10b.loadBoundProfilePackage(splitBoundProfilePackage(bpp));
  }
}

function drawing(first: Uint8Array | undefined): RandomSource {
  let drawn = 0;
  return (size) => {
    drawn += 1;
    return drawn === 1 && first !== undefined ? first : randomBytes(size);
  };
}
