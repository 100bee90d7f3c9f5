import { randomBytes } from 'node:crypto';
import type {
  AuthenticateClientEs11Response,
  AuthenticateClientRequest,
  InitiateAuthenticationRequest,
  InitiateAuthenticationResponse,
} from '@tegata/contracts/gsma-rsp-v2';
import { parseTlv } from '@tegata/der';
import type { ManufacturedEuicc } from '@tegata/pki';
import {
  AuthenticateServerRequest,
  authenticateServer,
  EUICCInfo1,
  EUICCInfo2,
  printExtCardResource,
  signerOf,
} from '@tegata/rsp';
import { ciKeyIdentifier } from '@tegata/x509';

/** ES11 as an LPA calls it, over any binding. */
export interface Es11 {
  initiateAuthentication(request: InitiateAuthenticationRequest): Promise<InitiateAuthenticationResponse>;
  authenticateClient(request: AuthenticateClientRequest): Promise<AuthenticateClientEs11Response>;
}

/** Begins a session with an SM-DS, or an SM-DP+, and lets the eUICC answer the challenge; what comes out is ready to be sent, once or twice. */
export async function answeredChallenge(
  euicc: ManufacturedEuicc,
  rsp: Pick<Es11, 'initiateAuthentication'>,
  { address, matchingId }: { readonly address: string; readonly matchingId?: string | undefined },
): Promise<AuthenticateClientRequest> {
  const { privateKey, euiccCertificate, eumCertificate, ciCertificates } = euicc;
  const cis = ciCertificates.map(ciKeyIdentifier);
  const lists = { euiccCiPKIdListForVerification: cis, euiccCiPKIdListForSigning: cis };
  const euiccChallenge = randomBytes(16);
  const server = await rsp.initiateAuthentication({
    euiccChallenge,
    euiccInfo1: Buffer.from(EUICCInfo1.encode({ svn: '2.2.2', ...lists })),
    smdpAddress: address,
  });
  const request = AuthenticateServerRequest.encode({
    serverSigned1: server.serverSigned1,
    serverSignature1: server.serverSignature1,
    euiccCiPKIdToBeUsed: parseTlv(server.euiccCiPkIdToBeUsed).value,
    serverCertificate: server.serverCertificate,
    ctxParams1: {
      ...(matchingId !== undefined && { matchingId }),
      deviceInfo: { tac: randomBytes(4), deviceCapabilities: {} },
    },
  });
  const { response } = authenticateServer(request, {
    euiccChallenge,
    cis: ciCertificates,
    credentialUnder: () => ({
      signer: signerOf(privateKey),
      euiccCertificate: euiccCertificate.raw,
      eumCertificate: eumCertificate.raw,
    }),
    euiccInfo2: EUICCInfo2.encode({
      profileVersion: '2.3.1',
      svn: '2.2.2',
      euiccFirmwareVer: '1.0.0',
      extCardResource: printExtCardResource({
        installedApplications: 0,
        freeNonVolatileMemory: 500_000,
        freeVolatileMemory: 9_000,
      }),
      uiccCapability: ['usimSupport'],
      rspCapability: [],
      ...lists,
      ppVersion: '1.0.0',
      sasAcreditationNumber: 'TEST',
    }),
    at: new Date(),
  });
  return { transactionId: server.transactionId, authenticateServerResponse: Buffer.from(response) };
}
