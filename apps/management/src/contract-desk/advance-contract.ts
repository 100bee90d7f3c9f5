import type { ManagementContext } from '../context.ts';
import type { Contract } from '../generated/client.ts';
import { generateProfileForContract } from '../profile/generate-profile.ts';
import { announceProfile } from './announce-profile.ts';
import { renewProofRequest, requestVerification, takeUpVerification } from './identity-verification.ts';

/** How long one replica may work on a contract before another takes it over, in milliseconds. */
const workMs = 60_000;

type Step = (context: ManagementContext, contract: Contract) => Promise<void>;

/** What is due in each state that a contract leaves by itself. Every step is safe to repeat. */
const due: Partial<Record<Contract['state'], Step>> = {
  INFORMATION_SUBMITTED: requestVerification,
  IDENTITY_PROOF_REQUESTED: renewProofRequest,
  VERIFYING_IDENTITY: takeUpVerification,
  IDENTITY_IN_REVIEW: takeUpVerification,
  IDENTITY_ESTABLISHED: generateProfileForContract,
  PROFILE_GENERATED: announceProfile,
};

const statesInMotion = Object.keys(due) as Contract['state'][];

/**
 * Moves a contract as far as it goes without its holder. Called after every step of progress, and again by upkeep, so
 * that a contract whose process was killed goes on. Two callers never do the same step at once.
 * @throws ServiceError of the step that could not be done; the contract stays where it was and is tried again.
 */
export async function advanceContract(context: ManagementContext, id: string): Promise<void> {
  let before: Contract['state'] | undefined;
  for (;;) {
    const contract = await claim(context, id);
    const step = contract && due[contract.state];
    if (!contract || !step) return;
    try {
      // A step that leaves the state as it is waits for something: the ID photo is still being judged.
      if (contract.state === before) return;
      before = contract.state;
      await step(context, contract);
    } finally {
      await context.prisma.contract.updateMany({ where: { id }, data: { workedOnUntil: null } });
    }
  }
}

async function claim({ prisma, clock }: ManagementContext, id: string): Promise<Contract | undefined> {
  const now = clock();
  const [contract] = await prisma.contract.updateManyAndReturn({
    where: {
      id,
      state: { in: statesInMotion },
      OR: [{ workedOnUntil: null }, { workedOnUntil: { lt: now } }],
    },
    data: { workedOnUntil: new Date(now.getTime() + workMs) },
  });
  return contract;
}
