import { randomBytes } from 'node:crypto';
import type { AuthenticateClientResponse } from '@tegata/contracts/gsma-rsp-v2';
import { parseTlv } from '@tegata/der';
import {
  AuthenticateServerRequest,
  authenticateServer,
  CancelSessionRequest,
  cancelSession as cancelOnEuicc,
  confirmationCodeHash,
  EUICCInfo1,
  EUICCInfo2,
  type EuiccSession,
  hashCcOf,
  OneTimeKeyPair,
  PrepareDownloadRequest,
  prepareDownload,
  printExtCardResource,
  signerOf,
  signerWith,
  signInstallationResult,
} from '@tegata/rsp';
import { ciKeyIdentifier, eidWithCheckDigits } from '@tegata/x509';
import {
  euiccSubject,
  type IssuedEuicc,
  iin,
  issueChainUnder,
  issueServer,
  newTestCi,
  type TestCi,
  testKey,
} from '@tegata/x509/testing';
import type { SmDpContext } from '../context.ts';
import { type Confirmation, confirmReserved } from '../es2plus/confirm-order.ts';
import { reserveProfile } from '../es2plus/download-order.ts';
import { authenticateClient } from '../es9plus/authenticate-client.ts';
import { cancelSession } from '../es9plus/cancel-session.ts';
import { EuiccKeys } from '../es9plus/euicc-keys.ts';
import { getBoundProfilePackage } from '../es9plus/get-bound-profile-package.ts';
import { handleNotification } from '../es9plus/handle-notification.ts';
import { initiateAuthentication } from '../es9plus/initiate-authentication.ts';
import { SessionMemory } from '../es9plus/session-memory.ts';
import type { SmDpPlus } from '../es9plus/sm-dp-plus.ts';
import { storeStock } from './stock.ts';
import { createTestContext, type TestContext } from './test-context.ts';

/** EID of the other eUICC. */
export const otherEid = eidWithCheckDigits(`${iin}9999999999999999999999`);

const address = 'rsp.aozora.example';
const oid = '2.999.21';

/** A download whose eUICC has answered the server's challenge. */
export interface BegunDownload {
  readonly euicc: IssuedEuicc;
  readonly session: EuiccSession;
  readonly transactionId: Buffer;
  /** The eUICC's answer to AuthenticateServer. */
  readonly response: Buffer;
}

/** And what the SM-DP+ has offered it. */
export interface Offer extends BegunDownload {
  readonly answer: AuthenticateClientResponse;
}

/** A key that the eUICC could have made: it is kept on the card, so that a retry can name it again. */
export const newOneTimeKey = () => OneTimeKeyPair.generate('P-256', randomBytes);

/** Subject and reason code of a refusal; `accepted` for none. */
export const codesOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: { subjectCode?: string; reasonCode?: string }) => {
      if (error.subjectCode === undefined) throw error;
      return `${error.subjectCode}/${error.reasonCode}`;
    },
  );

/**
 * An SM-DP+ on a database of its own and two eUICCs under one CI, each step of whose downloads is a call of the handler with what a
 * card signed.
 */
export class Downloads {
  readonly test: TestContext;
  readonly euicc: IssuedEuicc;
  readonly other: IssuedEuicc;
  readonly smDpPlus: SmDpPlus;
  readonly #ci: TestCi;
  readonly #remembers: boolean;
  #seqNumber = 0;

  private constructor(
    test: TestContext,
    ci: TestCi,
    smDpPlus: SmDpPlus,
    [euicc, other]: [IssuedEuicc, IssuedEuicc],
    remembers: boolean,
  ) {
    this.test = test;
    this.euicc = euicc;
    this.other = other;
    this.smDpPlus = smDpPlus;
    this.#ci = ci;
    this.#remembers = remembers;
  }

  /** @param remembers whether one process serves all steps, or each step another replica */
  static async create(remembers = true, more: Partial<SmDpContext> = {}, settings = ''): Promise<Downloads> {
    const [test, ci] = await Promise.all([createTestContext(more, settings), newTestCi()]);
    const credential = async (role: 'DPauth' | 'DPpb') => {
      const key = testKey(ci.certificate.curve);
      return { certificate: await issueServer(role, key, ci), signer: signerWith(key) };
    };
    const credentials = { oid, dpAuth: await credential('DPauth'), dpPb: await credential('DPpb') };
    const smDpPlus: SmDpPlus = {
      server: {
        kind: 'SM-DP+',
        address,
        supportsSvn: () => true,
        credentials: [credentials.dpAuth],
        cis: [ci.certificate],
      },
      credentials: [credentials],
      notifyingCis: [ci.certificate],
      hostId: Buffer.from('aozora'),
    };
    const euiccs = await Promise.all([
      issueChainUnder(ci),
      issueChainUnder(ci, { euicc: { subject: euiccSubject(otherEid) } }),
    ]);
    return new Downloads(test, ci, smDpPlus, euiccs, remembers);
  }

  close(): Promise<void> {
    return this.test.close();
  }

  /** The process that serves the next step. */
  replica(): SmDpContext {
    const { context } = this.test;
    return this.#remembers ? context : { ...context, sessions: new SessionMemory(), euiccKeys: new EuiccKeys() };
  }

  later(milliseconds: number): void {
    this.test.time.now = new Date(this.test.time.now.getTime() + milliseconds);
  }

  profile(iccid: string) {
    return this.test.context.prisma.profile.findUniqueOrThrow({ where: { iccid } });
  }

  sessionOf(transactionId: Uint8Array) {
    return this.test.context.prisma.rspSession.findUniqueOrThrow({
      where: { transactionId: new Uint8Array(transactionId) },
    });
  }

  /** Stores a profile with a released order, and returns its ICCID. */
  async prepare(more: Partial<Confirmation> = {}): Promise<string> {
    const { database, vault, clock } = this.test.context;
    const [iccid] = await storeStock(this.test.context, 1);
    this.later(1);
    await reserveProfile(database, { eid: more.eid ?? '', profile: { $case: 'iccid', value: iccid } }, clock());
    const plain = { eid: '', eventId: null, confirmationCode: '', smdsAddress: '', release: true };
    await confirmReserved(database, vault, { ...plain, matchingId: `M-${iccid}`, ...more, iccid });
    return iccid;
  }

  /** Both halves of mutual authentication; resolves with what the SM-DP+ offers. */
  async begin(card: IssuedEuicc, matchingId: string, freeNonVolatileMemory = 500_000): Promise<Offer> {
    const begun = await this.initiate(card, matchingId, freeNonVolatileMemory);
    return { ...begun, answer: await this.authenticate(begun) };
  }

  /** Mutual authentication up to the eUICC's answer. */
  async initiate(card: IssuedEuicc, matchingId: string, freeNonVolatileMemory = 500_000): Promise<BegunDownload> {
    const identifier = ciKeyIdentifier(this.#ci.certificate);
    const lists = { euiccCiPKIdListForVerification: [identifier], euiccCiPKIdListForSigning: [identifier] };
    const euiccChallenge = randomBytes(16);
    const server = await initiateAuthentication(this.replica(), this.smDpPlus, {
      euiccChallenge,
      euiccInfo1: Buffer.from(EUICCInfo1.encode({ svn: '2.2.2', ...lists })),
      smdpAddress: address,
    });
    const { response, session } = authenticateServer(
      AuthenticateServerRequest.encode({
        serverSigned1: server.serverSigned1,
        serverSignature1: server.serverSignature1,
        euiccCiPKIdToBeUsed: parseTlv(server.euiccCiPkIdToBeUsed).value,
        serverCertificate: server.serverCertificate,
        ctxParams1: {
          ...(matchingId !== '' && { matchingId }),
          deviceInfo: { tac: randomBytes(4), deviceCapabilities: {} },
        },
      }),
      {
        euiccChallenge,
        cis: [this.#ci.certificate],
        credentialUnder: () => ({
          signer: signerOf(card.privateKey),
          euiccCertificate: card.euiccCertificate.raw,
          eumCertificate: card.eumCertificate.raw,
        }),
        euiccInfo2: EUICCInfo2.encode({
          profileVersion: '2.3.1',
          svn: '2.2.2',
          euiccFirmwareVer: '1.0.0',
          extCardResource: printExtCardResource({
            installedApplications: 0,
            freeNonVolatileMemory,
            freeVolatileMemory: 9_000,
          }),
          uiccCapability: ['usimSupport'],
          rspCapability: [],
          ...lists,
          forbiddenProfilePolicyRules: ['ppr2'],
          ppVersion: '1.0.0',
          sasAcreditationNumber: 'TEST',
        }),
        at: this.test.time.now,
      },
    );
    if (!session) throw new Error('the eUICC refused the SM-DP+');
    return { euicc: card, session, transactionId: server.transactionId, response: Buffer.from(response) };
  }

  /** ES9+.AuthenticateClient with what the eUICC answered. */
  authenticate({ transactionId, response }: BegunDownload): Promise<AuthenticateClientResponse> {
    const request = { transactionId, authenticateServerResponse: response };
    return authenticateClient(this.replica(), this.smDpPlus, request);
  }

  /** The eUICC's answer to PrepareDownload. */
  prepared({ session, answer, transactionId }: Offer, key = newOneTimeKey(), code?: string): Buffer {
    const { response } = prepareDownload(
      PrepareDownloadRequest.encode({
        smdpSigned2: answer.smdpSigned2,
        smdpSignature2: answer.smdpSignature2,
        smdpCertificate: answer.smdpCertificate,
        hashCc: code === undefined ? undefined : hashCcOf(confirmationCodeHash(code), transactionId),
      }),
      session,
      () => key,
      this.test.time.now,
    );
    return Buffer.from(response);
  }

  /** Gets the package bound to a one-time key. */
  async deliver(offer: Offer, key = newOneTimeKey(), code?: string): Promise<Buffer> {
    const prepareDownloadResponse = this.prepared(offer, key, code);
    const { transactionId } = offer;
    const request = { transactionId, prepareDownloadResponse };
    return (await getBoundProfilePackage(this.replica(), this.smDpPlus, request)).boundProfilePackage;
  }

  /** ES9+.CancelSession with what the eUICC signed. */
  async cancel({ transactionId, session }: Offer, reason: number): Promise<void> {
    const { response } = cancelOnEuicc(CancelSessionRequest.encode({ transactionId, reason }), session);
    const cancelSessionResponse = Buffer.from(response);
    await cancelSession(this.replica(), this.smDpPlus, { transactionId, cancelSessionResponse });
  }

  /** The eUICC's ProfileInstallationResult; a success without an error reason. */
  resultOf({ transactionId, euicc }: Offer, iccid: string, errorReason?: number): Buffer {
    this.#seqNumber += 1;
    const simaResponse = Buffer.from('3007a0053003800100', 'hex');
    return Buffer.from(
      signInstallationResult(
        {
          transactionId,
          notificationMetadata: {
            seqNumber: this.#seqNumber,
            profileManagementOperation: ['install'],
            notificationAddress: address,
            iccid,
          },
          smdpOid: oid,
          finalResult:
            errorReason === undefined
              ? {
                  kind: 'successResult',
                  value: { aid: Buffer.from('A0000005591010FFFFFFFF8900001000', 'hex'), simaResponse },
                }
              : { kind: 'errorResult', value: { bppCommandId: 5, errorReason, simaResponse: undefined } },
        },
        signerOf(euicc.privateKey),
      ),
    );
  }

  /** ES9+.HandleNotification. */
  report(pendingNotification: Buffer) {
    return handleNotification(this.replica(), this.smDpPlus, { pendingNotification });
  }
}
