import type { SubmitIdPhotoRequest as ToAuthentication } from '@tegata/contracts/authentication-v1';
import { IdentityProofRequest } from '@tegata/contracts/authentication-v1';
import type { Contract as ContractMessage, IdPhotoHeader, SubmitIdPhotoRequest } from '@tegata/contracts/management-v1';
import { decodeServiceError, refusal } from '@tegata/service-kit';
import type { ManagementContext } from '../context.ts';
import { advanceContract } from './advance-contract.ts';
import { currentContract } from './get-contract.ts';
import { applyVerification, authenticationUnavailable } from './identity-verification.ts';
import { ownContract } from './own-contract.ts';

/**
 * S19: takes the sealed ID photo; S20: hands it on to authentication as it arrives, without keeping it; S24: takes in
 * the outcome. When the outcome is lost on the way it is asked for again later.
 */
export async function submitIdPhoto(
  context: ManagementContext,
  requests: AsyncIterable<SubmitIdPhotoRequest>,
  signal: AbortSignal,
): Promise<{ contract: ContractMessage }> {
  const parts = requests[Symbol.asyncIterator]();
  const first = await parts.next();
  if (first.done || first.value.part?.$case !== 'header') {
    throw refusal('ID_PHOTO_INCOMPLETE');
  }
  const header = first.value.part.value;
  const contract = await ownContract(context, header);
  const proofRequest = contract.identityProofRequest && IdentityProofRequest.decode(contract.identityProofRequest);
  if (contract.state !== 'IDENTITY_PROOF_REQUESTED' || !contract.verificationId || !proofRequest) {
    throw refusal('CONTRACT_STATE_UNSUITABLE');
  }
  if (proofRequest.identityProofRequestId !== header.identityProofRequestId) {
    throw refusal('IDENTITY_PROOF_EXPIRED');
  }
  const { count } = await context.prisma.contract.updateMany({
    where: { id: contract.id, state: 'IDENTITY_PROOF_REQUESTED', verificationId: contract.verificationId },
    data: { state: 'VERIFYING_IDENTITY', updatedAt: context.clock() },
  });
  if (count === 0) throw refusal('CONTRACT_STATE_UNSUITABLE');

  const submitted = { ...contract, state: 'VERIFYING_IDENTITY' as const };
  try {
    const { verification } = await context.flow.record(contract.id, 'S20', () =>
      context.authentication.verification.submitIdPhoto(handOn(submitted.verificationId ?? '', header, parts), {
        signal,
      }),
    );
    if (!verification) throw new Error('authentication answered without a verification');
    await context.flow.record(contract.id, 'S24', () => applyVerification(context, submitted, verification));
  } catch (error) {
    const refusal = decodeServiceError(error);
    const known = refusal && ['INVALID_ARGUMENT', 'FAILED_PRECONDITION', 'RESOURCE_EXHAUSTED'].includes(refusal.status);
    // Where authentication stands now decides where the contract goes on; if it can't be asked, that waits.
    await advanceContract(context, contract.id).catch(() => undefined);
    throw known ? refusal : authenticationUnavailable(error);
  }
  await advanceContract(context, contract.id);
  return { contract: await currentContract(context, contract.id) };
}

async function* handOn(
  verificationId: string,
  { identityProofRequestId, encapsulatedKey }: IdPhotoHeader,
  parts: AsyncIterator<SubmitIdPhotoRequest>,
): AsyncGenerator<ToAuthentication> {
  yield { part: { $case: 'header', value: { verificationId, identityProofRequestId, encapsulatedKey } } };
  for (;;) {
    const { done, value } = await parts.next();
    if (done) return;
    if (value.part?.$case !== 'chunk') throw refusal('ID_PHOTO_INCOMPLETE');
    yield { part: value.part };
  }
}
