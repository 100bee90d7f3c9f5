import { randomBytes } from 'node:crypto';
import type { AuthenticateClientResponse } from '@tegata/contracts/gsma-rsp-v2';
import {
  createTestContext,
  type ServedSmDpPlus,
  serveSmDpPlus,
  shownUnder,
  smDpPlusOid,
  storeStock,
  type TestContext,
  tlsIdentityUnder,
} from '@tegata/management/testing';
import type { ServerSet } from '@tegata/pki';
import {
  BoundProfilePackageReader,
  type BppEvent,
  CancelSessionRequest,
  cancelSession,
  confirmationCodeHash,
  type EuiccSession,
  hashCcOf,
  type OneTimeKey,
  OneTimeKeyPair,
  PrepareDownloadRequest,
  prepareDownload,
  signInstallationResult,
  signOtherNotification,
} from '@tegata/rsp';
import { connectRsp, es2plus, es9plus, fingerprintOf, type RspClient, type RspConnection } from '@tegata/rsp-http';
import type { TlsIdentity } from '@tegata/service-kit';
import { type Certificate, type Curve, certificatePem, eidWithCheckDigits, oids, parseCertificate } from '@tegata/x509';
import { euiccSubject, type IssuedEuicc, iin, issueChainUnder, newTestCi, type TestCi } from '@tegata/x509/testing';
import { type AuthenticateOptions, SEuicc, type ServerAnswer } from '../simulated/s-euicc.ts';

/** ES9+ as an LPA calls it. */
export type Es9Plus = RspClient<typeof es9plus>;

/** An order, as the S_MNO wants it; every one has a profile of its own. */
export interface Order {
  /** absent: not associated with an EID */
  readonly eid?: string;
  /** absent: one of the SM-DP+'s choice; empty: a default order */
  readonly matchingId?: string;
  readonly confirmationCode?: string;
  readonly smdsAddress?: string;
  /** false: confirmed only */
  readonly release?: boolean;
  readonly stock?: Stock;
}

/** What is said of a profile that is prepared. */
type Stock = Parameters<typeof storeStock>[2];

/** How an environment is set up. */
export interface TeOptions {
  readonly curve?: Curve;
  readonly context?: Parameters<typeof createTestContext>[0];
  readonly sets?: readonly ServerSet[];
  /** certificates that operators show beside the one of the S_MNO; they are pinned */
  readonly operators?: (ci: TestCi) => Promise<readonly Certificate[]>;
}

/** A download as far as mutual authentication. */
export interface Offer {
  readonly euicc: SEuicc;
  readonly session: EuiccSession;
  readonly server: ServerAnswer;
  readonly answer: AuthenticateClientResponse;
}

const octets = (value: Uint8Array) => Buffer.from(value);
/** simaResponse of an installation without faults. */
const installed = Buffer.from('3007a0053003800100', 'hex');

/**
 * TE_P2 and TE_P3 of SGP.23: an SM-DP+ under test, with the S_MNO on ES2+ and the S_LPAd on ES9+. Both call it over HTTPS with real
 * TLS on loopback; it has a database, and a clock that the test turns.
 */
export class TeSmDpPlus {
  readonly #connections: RspConnection[] = [];
  #seqNumber = 0;
  /** SK.EUICC and certificates of EID1 and EID2. */
  readonly euicc1: SEuicc;
  readonly euicc2: SEuicc;
  readonly mno: RspClient<typeof es2plus>;
  readonly lpad: Es9Plus;

  private constructor(
    readonly test: TestContext,
    readonly served: ServedSmDpPlus,
    readonly ci: TestCi,
    readonly operator: TlsIdentity,
    cards: readonly [IssuedEuicc, IssuedEuicc],
  ) {
    this.euicc1 = new SEuicc(cards[0], [ci]);
    this.euicc2 = new SEuicc(cards[1], [ci]);
    this.mno = this.connect(served.es2plus, operator).client(es2plus);
    this.lpad = this.listener(0);
  }

  /**
   * @param options.curve of the CI
   * @param options.sets what further listeners of ES9+ show
   */
  static async start(options: TeOptions = {}): Promise<TeSmDpPlus> {
    const { curve = 'P-256', context = {}, sets = [], operators = async () => [] } = options;
    const ci = await newTestCi(curve);
    const test = await createTestContext(context);
    const [operator, own] = await Promise.all([
      tlsIdentityUnder(ci, { extendedKeyUsage: [oids.clientAuth] }),
      shownUnder([ci]),
    ]);
    const pins = [operator.certificateChain, ...(await operators(ci)).map(({ raw }) => raw)].map(fingerprintOf);
    const served = await serveSmDpPlus(test.context, [own, ...sets], {
      roots: certificatePem(ci.certificate),
      pinned: pins.map((sha256) => ({ caller: { role: 'operator', name: 'aozora' }, sha256 })),
    });
    const eid2 = eidWithCheckDigits(`${iin}9999999999999999999999`);
    const [card1, card2] = await Promise.all([
      issueChainUnder(ci),
      issueChainUnder(ci, { euicc: { subject: euiccSubject(eid2) } }),
    ]);
    return new TeSmDpPlus(test, served, ci, operator, [card1, { ...card2, eid: eid2 }]);
  }

  get address(): string {
    return this.test.context.carrier.address;
  }

  readonly oid = smDpPlusOid;

  async close(): Promise<void> {
    for (const each of this.#connections) each.close();
    await this.served.stop();
    await this.test.close();
  }

  /** A way to a listener, with TLS under the CI. */
  connect(connectTo: string, identity?: TlsIdentity, roots = certificatePem(this.ci.certificate)): RspConnection {
    const connection = connectRsp({
      address: this.address,
      connectTo,
      roots,
      requester: '2.999.1',
      ...(identity && { identity }),
    });
    this.#connections.push(connection);
    return connection;
  }

  /** ES9+ at one of the listeners. */
  listener(index: number, roots?: string): Es9Plus {
    return this.connect(this.served.es9plus[index] ?? '', undefined, roots).client(es9plus);
  }

  /** Lets time pass at the SM-DP+. */
  pass(ms: number): void {
    this.test.time.now = new Date(this.test.time.now.getTime() + ms);
  }

  /** A profile that nobody has ordered. */
  async stock(more: Stock = {}): Promise<string> {
    const [iccid] = await storeStock(this.test.context, 1, more);
    this.pass(1);
    return iccid;
  }

  /** DownloadOrder and ConfirmOrder by the S_MNO; answers ICCID and matching id. */
  async order({ eid = '', matchingId, release = true, stock, ...more }: Order = {}) {
    const iccid = await this.stock(stock);
    await this.mno.downloadOrder({ eid, profile: { $case: 'iccid', value: iccid }, expectedProfileType: '' });
    const confirmed = await this.mno.confirmOrder({
      iccid,
      eid: '',
      matchingId: matchingId ?? '',
      defaultOrder: matchingId === '',
      confirmationCode: more.confirmationCode ?? '',
      smdsAddress: more.smdsAddress ?? '',
      releaseFlag: release,
    });
    return { iccid, matchingId: confirmed.matchingId };
  }

  /** State of a profile at the SM-DP+. */
  async stateOf(iccid: string): Promise<string> {
    return (await this.test.context.prisma.profile.findUniqueOrThrow({ where: { iccid } })).state;
  }

  /** InitiateAuthentication. */
  async initiate(euicc = this.euicc1, lpad = this.lpad) {
    const euiccChallenge = randomBytes(16);
    const euiccInfo1 = euicc.euiccInfo1();
    const server = await lpad.initiateAuthentication({ euiccChallenge, euiccInfo1, smdpAddress: this.address });
    return { euiccChallenge, server };
  }

  /** InitiateAuthentication and ES10b.AuthenticateServer: what AuthenticateClient is to be called with. */
  async authenticated(options: AuthenticateOptions, euicc = this.euicc1, lpad = this.lpad) {
    const { euiccChallenge, server } = await this.initiate(euicc, lpad);
    const { response, session } = euicc.authenticateServer(euiccChallenge, server, this.test.time.now, options);
    return { server, session, request: { transactionId: server.transactionId, authenticateServerResponse: response } };
  }

  /** InitiateAuthentication and AuthenticateClient. */
  async authenticate(options: AuthenticateOptions, euicc = this.euicc1, lpad = this.lpad): Promise<Offer> {
    const { server, session, request } = await this.authenticated(options, euicc, lpad);
    return { euicc, server, session, answer: await lpad.authenticateClient(request) };
  }

  /** A one-time key as an eUICC makes one; it keeps it for a retry. */
  oneTimeKey = (): OneTimeKey => OneTimeKeyPair.generate(this.ci.certificate.curve, randomBytes);

  /** ES10b.PrepareDownload: what GetBoundProfilePackage is to be called with. */
  prepared({ session, answer }: Offer, key = this.oneTimeKey(), code?: string) {
    const { transactionId, smdpSigned2, smdpSignature2, smdpCertificate } = answer;
    const hashCc = code === undefined ? undefined : hashCcOf(confirmationCodeHash(code), transactionId);
    const request = PrepareDownloadRequest.encode({ smdpSigned2, smdpSignature2, smdpCertificate, hashCc });
    const { response } = prepareDownload(request, session, () => key, this.test.time.now);
    return { transactionId, prepareDownloadResponse: octets(response) };
  }

  /** GetBoundProfilePackage. */
  async bind(offer: Offer, key = this.oneTimeKey(), code?: string): Promise<Buffer> {
    const { boundProfilePackage } = await this.lpad.getBoundProfilePackage(this.prepared(offer, key, code));
    return boundProfilePackage;
  }

  /** ES10b.LoadBoundProfilePackage, as far as the eUICC authenticates and decrypts. @throws BppError */
  read(bpp: Uint8Array, { euicc, answer: { transactionId, smdpCertificate } }: Offer, key: OneTimeKey): BppEvent[] {
    const { publicKey: smdpPublicKey } = parseCertificate(smdpCertificate);
    const context = { transactionId, smdpPublicKey, euiccOneTimeKey: key, eid: euicc.eid };
    return new BoundProfilePackageReader(context).push(bpp);
  }

  /** ES10b.CancelSession: what CancelSession is to be called with. */
  cancelled({ session, answer: { transactionId } }: Offer, reason: number) {
    const { response } = cancelSession(CancelSessionRequest.encode({ transactionId, reason }), session);
    return { transactionId, cancelSessionResponse: octets(response) };
  }

  /** OtherSignedNotification of a profile. */
  otherNotification(euicc: SEuicc, event: 'install' | 'enable' | 'disable' | 'delete', iccid: string): Buffer {
    this.#seqNumber += 1;
    const { signer, card } = euicc;
    const [euiccCertificate, eumCertificate] = [card.euiccCertificate.raw, card.eumCertificate.raw];
    return octets(
      signOtherNotification(
        {
          seqNumber: this.#seqNumber,
          profileManagementOperation: [event],
          notificationAddress: this.address,
          iccid,
        },
        { signer, euiccCertificate, eumCertificate },
      ),
    );
  }

  /** ProfileInstallationResult of a download: successful, or the reason of its failure. */
  installationResult(
    { euicc, answer: { transactionId } }: Offer,
    iccid: string,
    error?: { readonly bppCommandId: number; readonly errorReason: number },
    signer = euicc.signer,
  ): Buffer {
    const aid = Buffer.from('A0000005591010FFFFFFFF8900001000', 'hex');
    const finalResult =
      error === undefined
        ? ({ kind: 'successResult', value: { aid, simaResponse: installed } } as const)
        : ({ kind: 'errorResult', value: { ...error, simaResponse: undefined } } as const);
    this.#seqNumber += 1;
    const notificationMetadata = {
      seqNumber: this.#seqNumber,
      profileManagementOperation: ['install'] as const,
      notificationAddress: this.address,
      iccid,
    };
    return octets(
      signInstallationResult({ transactionId, notificationMetadata, smdpOid: this.oid, finalResult }, signer),
    );
  }
}
