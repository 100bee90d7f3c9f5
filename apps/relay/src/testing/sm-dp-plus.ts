import { randomBytes } from 'node:crypto';
import {
  type AuthenticatingServer,
  BegunSessions,
  initiateAuthentication,
  RspRefusal,
  type ServerCredential,
  signerWith,
  verifyAuthenticateServerResponse,
} from '@tegata/rsp';
import { mapRspRefusal, refusal } from '@tegata/service-kit';
import { issueServer, type TestCi, testKey } from '@tegata/x509/testing';
import type { ReachableRspServer } from '../context.ts';
import type { EventOwner } from '../directory.ts';

type Es9Plus = ReachableRspServer['es9plus'];

/** An SM-DP+ as far as the relay carries ES9+ to it: authenticates eUICCs, has one order, and sends a package of no content. */
export class TestSmDpPlus implements ReachableRspServer {
  readonly address: string;
  readonly owner: string;
  /** Functions that were called, except while it failed. */
  readonly calls: string[] = [];
  /** What every call fails with. */
  failure: 'SERVER_UNREACHABLE' | 'INTERNAL_ERROR' | undefined;
  readonly es9plus: Es9Plus;

  private constructor({ address, owner }: EventOwner, ci: TestCi, credential: ServerCredential, matchingId: string) {
    this.address = address;
    this.owner = owner;
    const server: AuthenticatingServer = {
      kind: 'SM-DP+',
      address,
      supportsSvn: () => true,
      credentials: [credential],
      cis: [ci.certificate],
    };
    const sessions = new BegunSessions(randomBytes(32), randomBytes, () => new Date());
    this.es9plus = {
      initiateAuthentication: async (request) => {
        this.#called('initiateAuthentication');
        const initiated = await initiateAuthentication(request, server, sessions.begin);
        return {
          transactionId: Buffer.from(initiated.transactionId),
          serverSigned1: Buffer.from(initiated.serverSigned1),
          serverSignature1: Buffer.from(initiated.serverSignature1),
          euiccCiPkIdToBeUsed: Buffer.from(initiated.euiccCiPKIdToBeUsed),
          serverCertificate: Buffer.from(initiated.credential.certificate.raw),
        };
      },
      authenticateClient: async ({ transactionId, authenticateServerResponse }) => {
        this.#called('authenticateClient');
        try {
          const session = sessions.read(transactionId, server);
          if (session === undefined) throw new RspRefusal('TRANSACTION_UNKNOWN');
          const expected = { ...session, serverAddress: address };
          const euicc = verifyAuthenticateServerResponse(authenticateServerResponse, expected, new Date());
          if (euicc.matchingId !== matchingId) throw new RspRefusal('MATCHING_ID_REFUSED');
        } catch (error) {
          // As its client hears it.
          throw mapRspRefusal(error) ?? error;
        }
        const nothing = Buffer.alloc(0);
        return {
          transactionId,
          profileMetadata: nothing,
          smdpSigned2: nothing,
          smdpSignature2: nothing,
          smdpCertificate: nothing,
        };
      },
      getBoundProfilePackage: async ({ transactionId }) => {
        this.#called('getBoundProfilePackage');
        return { transactionId, boundProfilePackage: Buffer.alloc(0) };
      },
      cancelSession: async () => {
        this.#called('cancelSession');
        return {};
      },
      handleNotification: async () => {
        this.#called('handleNotification');
        return {};
      },
    };
  }

  /** @param matchingId of the order that waits there */
  static async make(owner: EventOwner, ci: TestCi, matchingId: string): Promise<TestSmDpPlus> {
    const key = testKey(ci.certificate.curve);
    const certificate = await issueServer('DPauth', key, ci);
    return new TestSmDpPlus(owner, ci, { certificate, signer: signerWith(key) }, matchingId);
  }

  #called(name: string) {
    if (this.failure) throw refusal(this.failure);
    this.calls.push(name);
  }
}
