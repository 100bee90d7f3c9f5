import { randomBytes } from 'node:crypto';
import { type AuthenticateClientRequest, Es11Service } from '@tegata/contracts/gsma-rsp-v2';
import { parseTlv } from '@tegata/der';
import type { ManufacturedEuicc } from '@tegata/pki';
import {
  AuthenticateServerRequest,
  authenticateServer,
  EUICCInfo1,
  EUICCInfo2,
  type EUICCInfo2Input,
  printExtCardResource,
  signerOf,
} from '@tegata/rsp';
import type { Client, Connection } from '@tegata/service-kit';
import { ciKeyIdentifier } from '@tegata/x509';
import type { Device } from './device.ts';

/** ES11 as an LPA calls it. */
type Es11 = Client<typeof Es11Service>;

/** Authenticates a device to the relay over ES11, as any LPA would; gives the session's transactionId. */
export async function relaySession(device: Device, relay: Connection, address: string): Promise<Buffer> {
  const es11 = relay.client(Es11Service);
  const answer = await answerChallenge(device.euicc, es11, address);
  await es11.authenticateClient(answer);
  return answer.transactionId;
}

/** Begins a session with an SM-DS and lets the eUICC answer its challenge; the answer has not been sent yet. */
export async function answerChallenge(
  { privateKey, euiccCertificate, eumCertificate, ciCertificates }: ManufacturedEuicc,
  es11: Es11,
  address: string,
  matchingId?: string,
): Promise<AuthenticateClientRequest> {
  const cis = ciCertificates.map(ciKeyIdentifier);
  const lists = { euiccCiPKIdListForVerification: cis, euiccCiPKIdListForSigning: cis };
  const euiccChallenge = randomBytes(16);
  const server = await es11.initiateAuthentication({
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
  const info: EUICCInfo2Input = {
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
  };
  const { response } = authenticateServer(request, {
    euiccChallenge,
    cis: ciCertificates,
    credentialUnder: () => ({
      signer: signerOf(privateKey),
      euiccCertificate: euiccCertificate.raw,
      eumCertificate: eumCertificate.raw,
    }),
    euiccInfo2: EUICCInfo2.encode(info),
    at: new Date(),
  });
  return { transactionId: server.transactionId, authenticateServerResponse: Buffer.from(response) };
}
