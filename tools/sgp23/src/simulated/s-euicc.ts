import { parseTlv } from '@tegata/der';
import {
  AuthenticateServerRequest,
  AuthenticateServerResponse,
  authenticateServer,
  type CtxParams1Input,
  EUICCInfo1,
  EUICCInfo2,
  type EUICCInfo2Input,
  EuiccSigned1,
  printExtCardResource,
  signedData,
  signerOf,
  signObjectNow,
} from '@tegata/rsp';
import { ciKeyIdentifier } from '@tegata/x509';
import type { IssuedEuicc, TestCi } from '@tegata/x509/testing';

/** What a server answered to InitiateAuthentication. */
export interface ServerAnswer {
  readonly transactionId: Buffer;
  readonly serverSigned1: Buffer;
  readonly serverSignature1: Buffer;
  readonly euiccCiPkIdToBeUsed: Buffer;
  readonly serverCertificate: Buffer;
}

/** What an LPA adds, and what the eUICC says of itself where a sequence wants it otherwise. */
export interface AuthenticateOptions {
  /** absent: none is sent, which is not an empty one */
  readonly matchingId?: string | undefined;
  readonly deviceInfo?: Exclude<CtxParams1Input, Uint8Array>['deviceInfo'];
  readonly euiccInfo2?: Partial<EUICCInfo2Input>;
  /** members of EuiccSigned1 that the eUICC signs other than the server asked */
  readonly signed?: { readonly transactionId?: Uint8Array; readonly serverChallenge?: Uint8Array };
  /** whether the signature is spoilt after it was made */
  readonly spoilSignature?: boolean;
}

/** An object 5F37 whose last octet is another. */
export function spoilt(signature: Uint8Array): Uint8Array {
  const other = Uint8Array.from(signature);
  other[other.length - 1] = (other.at(-1) ?? 0) ^ 1;
  return other;
}

const deviceInfo = {
  tac: Uint8Array.of(0x35, 0x29, 0x06, 0x11),
  deviceCapabilities: { eutranSupportedRelease: '15.0.0' },
};

/** S_EUICC of SGP.23: the eUICC that the test tool plays towards a server, made of the procedures of an eUICC. */
export class SEuicc {
  readonly signer;
  readonly #lists: Pick<EUICCInfo2Input, 'euiccCiPKIdListForVerification' | 'euiccCiPKIdListForSigning'>;

  constructor(
    readonly card: IssuedEuicc,
    /** it verifies servers under these and signs under them, in this order */
    readonly cis: readonly TestCi[],
  ) {
    this.signer = signerOf(card.privateKey);
    const identifiers = cis.map(({ certificate }) => ciKeyIdentifier(certificate));
    this.#lists = { euiccCiPKIdListForVerification: identifiers, euiccCiPKIdListForSigning: identifiers };
  }

  get eid(): string {
    return this.card.eid;
  }

  euiccInfo1(change: { readonly svn?: string } & Partial<typeof this.lists> = {}): Buffer {
    return Buffer.from(EUICCInfo1.encode({ svn: '2.2.2', ...this.#lists, ...change }));
  }

  get lists() {
    return this.#lists;
  }

  /** ES10b.AuthenticateServer. @throws Error where the server is refused */
  authenticateServer(euiccChallenge: Uint8Array, server: ServerAnswer, at: Date, options: AuthenticateOptions = {}) {
    const { signer, card } = this;
    const { matchingId } = options;
    const request = AuthenticateServerRequest.encode({
      serverSigned1: server.serverSigned1,
      serverSignature1: server.serverSignature1,
      euiccCiPKIdToBeUsed: parseTlv(server.euiccCiPkIdToBeUsed).value,
      serverCertificate: server.serverCertificate,
      ctxParams1: { ...(matchingId !== undefined && { matchingId }), deviceInfo: options.deviceInfo ?? deviceInfo },
    });
    const credential = {
      signer,
      euiccCertificate: card.euiccCertificate.raw,
      eumCertificate: card.eumCertificate.raw,
    };
    const { response, session } = authenticateServer(request, {
      euiccChallenge,
      cis: this.cis.map(({ certificate }) => certificate),
      credentialUnder: () => credential,
      euiccInfo2: this.#euiccInfo2(options.euiccInfo2),
      at,
    });
    if (session === undefined) throw new Error('the eUICC refused the server');
    return { response: Buffer.from(this.#altered(response, options)), session };
  }

  /** What an eUICC that is out of order, or an attacker without its key, would send. */
  #altered(response: Uint8Array, { signed, spoilSignature }: AuthenticateOptions): Uint8Array {
    if (signed === undefined && !spoilSignature) return response;
    const { kind, value } = AuthenticateServerResponse.decode(response);
    if (kind !== 'authenticateResponseOk') return response;
    const { raw: _, ...genuine } = value.euiccSigned1;
    const { raw: info2 } = genuine.euiccInfo2;
    const { raw: ctx } = genuine.ctxParams1;
    const euiccSigned1 = EuiccSigned1.encode({ ...genuine, euiccInfo2: info2, ctxParams1: ctx, ...signed });
    const signature = signObjectNow(this.signer, signedData.euiccSignature1(euiccSigned1));
    const { euiccCertificate, eumCertificate } = value;
    const euiccSignature1 = spoilSignature ? spoilt(signature) : signature;
    return AuthenticateServerResponse.encode({
      kind,
      value: { euiccSigned1, euiccSignature1, euiccCertificate, eumCertificate },
    });
  }

  #euiccInfo2(change: Partial<EUICCInfo2Input> = {}): Uint8Array {
    return EUICCInfo2.encode({
      profileVersion: '2.3.1',
      svn: '2.2.2',
      euiccFirmwareVer: '1.0.0',
      extCardResource: printExtCardResource({
        installedApplications: 0,
        freeNonVolatileMemory: 500_000,
        freeVolatileMemory: 9_000,
      }),
      uiccCapability: ['usimSupport'],
      rspCapability: ['additionalProfile'],
      ...this.#lists,
      ppVersion: '1.0.0',
      sasAcreditationNumber: 'TEST',
      ...change,
    });
  }
}
