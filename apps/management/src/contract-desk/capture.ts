import { IdentityProofRequest, type Verification } from '@tegata/contracts/authentication-v1';
import type {
  BeginCaptureRequest,
  Contract as ContractMessage,
  SubmitCaptureRequest,
} from '@tegata/contracts/management-v1';
import { decodeServiceError, refusal, type ServiceError } from '@tegata/service-kit';
import type { ManagementContext } from '../context.ts';
import type { Contract } from '../generated/client.ts';
import { advanceContract } from './advance-contract.ts';
import { currentContract } from './get-contract.ts';
import { applyVerification, authenticationUnavailable } from './identity-verification.ts';
import { ownContract } from './own-contract.ts';

/** The ID photo is judged while the call with its last frames waits, after those before it; in milliseconds. */
const judgementTimeoutMs = 110_000;

/** A contract whose ID photo is awaited. */
type Awaiting = Contract & { readonly verificationId: string };

/** S16: has authentication begin the capture, and takes in the first prompt. */
export async function beginCapture(
  context: ManagementContext,
  request: BeginCaptureRequest,
): Promise<{ contract: ContractMessage }> {
  const { identityProofRequestId, captureId } = request;
  const { contract } = await awaiting(context, request);
  const { verificationId } = contract;
  const verification = await passOn(context, () =>
    context.authentication.verification.beginCapture({ verificationId, identityProofRequestId, captureId }),
  );
  await applyVerification(context, contract, verification);
  return { contract: await currentContract(context, contract.id) };
}

/**
 * S19, S20: hands the sealed frames of a prompt on to authentication, without keeping them, and takes in the next prompt; S24:
 * after the last, the outcome. When an answer is lost on the way it is asked for again later.
 */
export async function submitCapture(
  context: ManagementContext,
  request: SubmitCaptureRequest,
  signal: AbortSignal,
): Promise<{ contract: ContractMessage }> {
  const { identityProofRequestId, promptNumber, sealedSegment } = request;
  const { contract, proofRequest } = await awaiting(context, request);
  const { id, verificationId } = contract;
  const handOn = () =>
    passOn(context, () =>
      context.authentication.verification.submitCapture(
        { verificationId, identityProofRequestId, promptNumber, sealedSegment },
        { signal, timeoutMs: judgementTimeoutMs },
      ),
    );
  const isLast = proofRequest.prompt !== undefined && promptNumber + 1 === proofRequest.prompt.promptsTotal;
  if (!isLast) {
    await applyVerification(context, contract, await handOn());
    return { contract: await currentContract(context, id) };
  }
  // From here on the contract moves by itself: a process that is killed over the judgement loses nothing.
  const { count } = await context.prisma.contract.updateMany({
    where: { id, state: 'IDENTITY_PROOF_REQUESTED', verificationId },
    data: { state: 'VERIFYING_IDENTITY', updatedAt: context.clock() },
  });
  if (count === 0) throw refusal('CONTRACT_STATE_UNSUITABLE');
  const verification = await context.flow.record(id, 'S20', handOn).catch(async (error: ServiceError) => {
    // Where authentication stands now decides where the contract goes on; if it can't be asked, that waits.
    await advanceContract(context, id).catch(() => undefined);
    throw error;
  });
  const submitted = { ...contract, state: 'VERIFYING_IDENTITY' as const };
  await context.flow.record(id, 'S24', () => applyVerification(context, submitted, verification));
  await advanceContract(context, id);
  return { contract: await currentContract(context, id) };
}

/** @throws ServiceError CONTRACT_NOT_FOUND, CONTRACT_STATE_UNSUITABLE, IDENTITY_PROOF_EXPIRED */
async function awaiting(
  context: ManagementContext,
  request: BeginCaptureRequest | SubmitCaptureRequest,
): Promise<{ contract: Awaiting; proofRequest: IdentityProofRequest }> {
  const contract = await ownContract(context, request);
  const { state, verificationId, identityProofRequest } = contract;
  if (state !== 'IDENTITY_PROOF_REQUESTED' || !verificationId || !identityProofRequest) {
    throw refusal('CONTRACT_STATE_UNSUITABLE');
  }
  const proofRequest = IdentityProofRequest.decode(identityProofRequest);
  if (proofRequest.identityProofRequestId !== request.identityProofRequestId) throw refusal('IDENTITY_PROOF_EXPIRED');
  return { contract: { ...contract, verificationId }, proofRequest };
}

/** What the applicant can do something about is passed on; everything else is authentication's unavailability. */
const passedOn = ['INVALID_ARGUMENT', 'FAILED_PRECONDITION', 'PERMISSION_DENIED', 'RESOURCE_EXHAUSTED'];

async function passOn(
  { logger }: ManagementContext,
  call: () => Promise<{ verification?: Verification | undefined }>,
): Promise<Verification> {
  try {
    const { verification } = await call();
    if (verification) return verification;
    throw new Error('authentication answered without a verification');
  } catch (error) {
    const refused = decodeServiceError(error);
    if (passedOn.includes(refused.status) && refused.reason !== 'CALLER_NOT_ALLOWED') throw refused;
    logger.warn({ err: error }, 'ID photo not handed on');
    throw authenticationUnavailable(error);
  }
}
