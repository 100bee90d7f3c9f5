import type { AuthenticateClientRequest, AuthenticateClientResponse } from '@tegata/contracts/gsma-rsp-v2';
import { offerDownload, RspRefusal, verifyAuthenticateServerResponse } from '@tegata/rsp';
import { subjectPublicKeyInfo } from '@tegata/x509';
import type { ManagementContext } from '../context.ts';
import { selectOrder } from './download-order.ts';
import { openSession } from './rsp-session.ts';
import { credentialsOf, euiccCiOf, type SmDpPlus } from './sm-dp-plus.ts';

/**
 * ES9+.AuthenticateClient (SGP.22 section 5.6.3): verifies the eUICC, selects the profile waiting for it, and offers it.
 * The challenge is used up by the update that stores the authenticated eUICC.
 */
export async function authenticateClient(
  context: ManagementContext,
  smDpPlus: SmDpPlus,
  { transactionId: received, authenticateServerResponse }: AuthenticateClientRequest,
): Promise<AuthenticateClientResponse> {
  const { prisma, clock, certificateCache } = context;
  const session = await openSession(context, received);
  const { transactionId, serverChallenge } = session;
  if (session.state !== 'INITIATED') throw new RspRefusal('TRANSACTION_UNKNOWN');
  const ci = euiccCiOf(smDpPlus, session);
  const { dpPb } = credentialsOf(smDpPlus, session);

  const euicc = verifyAuthenticateServerResponse(
    authenticateServerResponse,
    { transactionId, serverChallenge, serverAddress: smDpPlus.server.address, ci },
    clock(),
    { cache: certificateCache },
  );
  const order = await selectOrder(context, euicc);
  const earlier = await prisma.rspSession.findFirst({
    where: { iccid: order.iccid, eid: euicc.eid, euiccOtpk: { not: null } },
    orderBy: { createdAt: 'desc' },
    select: { euiccOtpk: true },
  });
  const { smdpSigned2, smdpSignature2 } = await offerDownload(
    {
      transactionId,
      euiccSignature1: euicc.euiccSignature1,
      confirmationCodeRequired: order.confirmationCodeHash !== null,
      ...(earlier?.euiccOtpk && { bppEuiccOtpk: earlier.euiccOtpk }),
    },
    dpPb.signer,
  );
  const { count } = await prisma.rspSession.updateMany({
    where: { transactionId, state: 'INITIATED' },
    data: {
      state: 'AUTHENTICATED',
      eid: euicc.eid,
      iccid: order.iccid,
      euiccPublicKey: new Uint8Array(subjectPublicKeyInfo(euicc.publicKey)),
      smdpSignature2: new Uint8Array(smdpSignature2),
    },
  });
  if (count === 0) throw new RspRefusal('TRANSACTION_UNKNOWN');
  return {
    transactionId: Buffer.from(transactionId),
    profileMetadata: Buffer.from(order.metadata),
    smdpSigned2: Buffer.from(smdpSigned2),
    smdpSignature2: Buffer.from(smdpSignature2),
    smdpCertificate: Buffer.from(dpPb.certificate.raw),
  };
}
