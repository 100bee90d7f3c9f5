import type { ManagementContext } from '../context.ts';
import type { Contract } from '../generated/client.ts';

/** S26/S52: registers the profile at the relay under EID and data acquisition key, then lets the terminal know. */
export async function announceProfile(context: ManagementContext, contract: Contract): Promise<void> {
  const { prisma, relay, carrier, flow, clock } = context;
  const profile = await prisma.profile.findUniqueOrThrow({ where: { contractId: contract.id } });
  if (!profile.matchingId || !contract.eid || !contract.dakDigest) {
    throw new Error(`contract ${contract.id} lost what its profile is registered under`);
  }
  const { matchingId } = profile;
  const { eid, dakDigest } = contract;
  await flow.record(contract.id, contract.byCertificate ? 'S52' : 'S26', async () => {
    await relay.registration.registerAcquisition({
      eid,
      rspServerAddress: carrier.address,
      eventId: matchingId,
      dataAcquisitionKeyDigest: Buffer.from(dakDigest),
      withCertificate: !contract.byCertificate,
      contractId: contract.id,
      expireTime: contract.expiresAt,
    });
    await prisma.contract.updateMany({
      where: { id: contract.id, state: 'PROFILE_GENERATED' },
      data: { state: 'PROFILE_READY', updatedAt: clock() },
    });
  });
}
