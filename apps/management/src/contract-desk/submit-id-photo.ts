import type { SubmitIdPhotoRequest as ToAuthentication, Verification } from '@tegata/contracts/authentication-v1';
import { IdentityProofRequest } from '@tegata/contracts/authentication-v1';
import type { Contract as ContractMessage, IdPhotoHeader, SubmitIdPhotoRequest } from '@tegata/contracts/management-v1';
import { decodeServiceError, refusal, type ServiceError } from '@tegata/service-kit';
import type { ManagementContext } from '../context.ts';
import { advanceContract } from './advance-contract.ts';
import { currentContract } from './get-contract.ts';
import { applyVerification, authenticationUnavailable } from './identity-verification.ts';
import { ownContract } from './own-contract.ts';

/** The ID photo is judged while the call waits, after those before it; in milliseconds. */
const judgementTimeoutMs = 110_000;

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
  const photo = handOn(contract.verificationId, header, parts);
  const verification = await context.flow
    .record(contract.id, 'S20', () => passOn(context, photo, signal))
    .catch(async (error: ServiceError) => {
      // Where authentication stands now decides where the contract goes on; if it can't be asked, that waits.
      await advanceContract(context, contract.id).catch(() => undefined);
      throw error;
    });
  await context.flow.record(contract.id, 'S24', () => applyVerification(context, submitted, verification));
  await advanceContract(context, contract.id);
  return { contract: await currentContract(context, contract.id) };
}

/** What the applicant can do something about is passed on; everything else is authentication's unavailability. */
const passedOn = ['INVALID_ARGUMENT', 'FAILED_PRECONDITION', 'RESOURCE_EXHAUSTED'];

async function passOn(
  { authentication, logger }: ManagementContext,
  photo: AsyncIterable<ToAuthentication>,
  signal: AbortSignal,
): Promise<Verification> {
  try {
    const { verification } = await authentication.verification.submitIdPhoto(photo, {
      signal,
      timeoutMs: judgementTimeoutMs,
    });
    if (verification) return verification;
    throw new Error('authentication answered without a verification');
  } catch (error) {
    const refused = decodeServiceError(error);
    if (passedOn.includes(refused.status)) throw refused;
    logger.warn({ err: error }, 'ID photo not judged');
    throw authenticationUnavailable(error);
  }
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
