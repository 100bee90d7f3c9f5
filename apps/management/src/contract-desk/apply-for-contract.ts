import { randomUUID } from 'node:crypto';
import type { ApplyForContractRequest, ApplyForContractResponse } from '@tegata/contracts/management-v1';
import type { ManagementContext } from '../context.ts';
import { contractToken } from './contract-token.ts';
import { requirementsOf } from './requirements.ts';

/** S5/S41: opens a contract, once for each application id; S6/S42: says what is needed to go on. */
export async function applyForContract(
  { prisma, clock, random, carrier, contractTokenKey, keys, config }: ManagementContext,
  { applicationId }: ApplyForContractRequest,
): Promise<ApplyForContractResponse> {
  const where = { applicationId: new Uint8Array(applicationId) };
  // Of two applications under the same id at once, one opens the contract and both get it.
  await prisma.contract.createMany({
    data: [
      {
        ...where,
        id: randomUUID(),
        nonce: new Uint8Array(random(32)),
        createdAt: clock(),
        expiresAt: new Date(clock().getTime() + config.contractLifetimeMs),
      },
    ],
    skipDuplicates: true,
  });
  const contract = await prisma.contract.findUniqueOrThrow({ where });
  return {
    contractId: contract.id,
    contractToken: contractToken(contractTokenKey, contract.id),
    nonce: Buffer.from(contract.nonce ?? []),
    carrierOid: carrier.oid,
    requirements: requirementsOf(carrier.policy),
    authenticationEncryptionChain: [Buffer.from(keys.authenticationEncryption.raw)],
    expireTime: contract.expiresAt,
  };
}
