import { randomBytes } from 'node:crypto';
import { Es11Service } from '@tegata/contracts/gsma-rsp-v2';
import { parseTlv } from '@tegata/der';
import {
  AuthenticateServerRequest,
  authenticateServer,
  EUICCInfo1,
  EUICCInfo2,
  type EUICCInfo2Input,
  printExtCardResource,
  signerOf,
} from '@tegata/rsp';
import type { Connection } from '@tegata/service-kit';
import { ciKeyIdentifier } from '@tegata/x509';
import type { Device } from './device.ts';

/** Authenticates a device to the relay over ES11, as any LPA would; gives the session's transactionId. */
export async function relaySession(device: Device, relay: Connection, address: string): Promise<Buffer> {
  const es11 = relay.client(Es11Service);
  const { privateKey, euiccCertificate, eumCertificate, ciCertificates } = device.euicc;
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
    ctxParams1: { deviceInfo: { tac: randomBytes(4), deviceCapabilities: {} } },
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
  const { transactionId } = server;
  await es11.authenticateClient({ transactionId, authenticateServerResponse: Buffer.from(response) });
  return transactionId;
}
