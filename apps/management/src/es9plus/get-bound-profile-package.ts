import type { GetBoundProfilePackageRequest, GetBoundProfilePackageResponse } from '@tegata/contracts/gsma-rsp-v2';
import { prismaTransaction } from '@tegata/database';
import { bindProfilePackage, OneTimeKeyPair, RspRefusal, verifyPrepareDownloadResponse } from '@tegata/rsp';
import type { ManagementContext } from '../context.ts';
import type { Prisma, Profile } from '../generated/client.ts';
import { openProfileKeys } from '../profile/profile-keys.ts';
import { type AuthenticatedSession, authenticatedSession, euiccKey } from './rsp-session.ts';
import { credentialsOf, type SmDpPlus } from './sm-dp-plus.ts';

/**
 * ES9+.GetBoundProfilePackage (SGP.22 section 5.6.2): verifies the eUICC's one-time key and the confirmation code, and binds
 * the profile. The same key gets the same octets again; another key a new binding.
 */
export async function getBoundProfilePackage(
  context: ManagementContext,
  smDpPlus: SmDpPlus,
  request: GetBoundProfilePackageRequest,
): Promise<GetBoundProfilePackageResponse> {
  const session = await authenticatedSession(context, request.transactionId);
  const profile = await context.prisma.profile.findUniqueOrThrow({
    where: { iccid: session.iccid },
    include: { contract: { select: { byCertificate: true } } },
  });
  const work = () => deliver(context, smDpPlus, session, profile, request.prepareDownloadResponse);
  const { contractId, contract } = profile;
  const boundProfilePackage =
    contractId && contract
      ? await context.flow.record(contractId, contract.byCertificate ? 'S55' : 'S31', work)
      : await work();
  return { transactionId: Buffer.from(session.transactionId), boundProfilePackage };
}

async function deliver(
  context: ManagementContext,
  smDpPlus: SmDpPlus,
  session: AuthenticatedSession,
  profile: Profile,
  prepareDownloadResponse: Uint8Array,
): Promise<Buffer> {
  const euiccOtpk = await acceptedKey(context, smDpPlus, session, profile, prepareDownloadResponse);
  if (session.boundHead && session.euiccOtpk && Buffer.from(session.euiccOtpk).equals(euiccOtpk)) {
    return Buffer.concat([session.boundHead, profile.protectedPackage]);
  }
  const boundPackage = await bind(context, smDpPlus, session, profile, euiccOtpk);
  await prismaTransaction(context.prisma, async (transaction: Prisma.TransactionClient) => {
    const { iccid, eid, transactionId } = session;
    const order = await transaction.profile.updateMany({
      where: { iccid, eid, state: { in: ['RELEASED', 'DOWNLOADED'] }, downloadTriesLeft: { gt: 0 } },
      data: { state: 'DOWNLOADED', downloadTriesLeft: { decrement: 1 } },
    });
    const current = await transaction.rspSession.updateMany({
      where: { transactionId, state: { in: ['AUTHENTICATED', 'BOUND'] } },
      data: {
        state: 'BOUND',
        euiccOtpk: new Uint8Array(euiccOtpk),
        // The protected package is the end of every bound one.
        boundHead: new Uint8Array(boundPackage.subarray(0, -profile.protectedPackage.length)),
      },
    });
    if (order.count === 0 || current.count === 0) throw new RspRefusal('BINDING_UNAVAILABLE');
  });
  return Buffer.from(boundPackage);
}

/** The eUICC's one-time key, after the confirmation code. Wrong codes are counted on the order, across sessions. */
async function acceptedKey(
  { prisma }: ManagementContext,
  smDpPlus: SmDpPlus,
  session: AuthenticatedSession,
  { iccid, confirmationCodeHash, confirmationTriesLeft }: Profile,
  prepareDownloadResponse: Uint8Array,
): Promise<Uint8Array> {
  if (confirmationCodeHash && confirmationTriesLeft < 1) throw new RspRefusal('CONFIRMATION_CODE_EXHAUSTED');
  const { transactionId, smdpSignature2 } = session;
  const offer = {
    transactionId,
    smdpSignature2,
    euiccPublicKey: euiccKey(session),
    curve: credentialsOf(smDpPlus, session).dpPb.certificate.curve,
    confirmationCodeHash: confirmationCodeHash ?? undefined,
  };
  try {
    return verifyPrepareDownloadResponse(prepareDownloadResponse, offer).euiccOtpk;
  } catch (error) {
    if (error instanceof RspRefusal && error.code === 'CONFIRMATION_CODE_REFUSED') {
      await prisma.profile.updateMany({
        where: { iccid, confirmationTriesLeft: { gt: 0 } },
        data: { confirmationTriesLeft: { decrement: 1 } },
      });
      if (confirmationTriesLeft <= 1) throw new RspRefusal('CONFIRMATION_CODE_EXHAUSTED', { cause: error });
    }
    throw error;
  }
}

async function bind(
  { vault, random }: ManagementContext,
  smDpPlus: SmDpPlus,
  session: AuthenticatedSession,
  { metadata, protectedPackage, profileKeys }: Profile,
  euiccOtpk: Uint8Array,
): Promise<Uint8Array> {
  const { transactionId, eid, iccid } = session;
  const { dpPb } = credentialsOf(smDpPlus, session);
  return bindProfilePackage({
    transactionId,
    eid,
    euiccOtpk,
    smdpOneTimeKey: OneTimeKeyPair.generate(dpPb.certificate.curve, random),
    hostId: smDpPlus.hostId,
    signer: dpPb.signer,
    storeMetadata: metadata,
    profile: { ppk: await openProfileKeys(vault, iccid, profileKeys), sequenceOf86: protectedPackage },
  });
}
