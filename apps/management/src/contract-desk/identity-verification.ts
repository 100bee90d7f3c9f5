import {
  IdentityProofRequest,
  SealedEnvelope,
  type Verification,
  VerificationState,
} from '@tegata/contracts/authentication-v1';
import type { Applicant } from '@tegata/contracts/management-v1';
import { applicantDigest, sealEnvelope, sealPurposes } from '@tegata/identity';
import { decodeServiceError, refusal, type ServiceError } from '@tegata/service-kit';
import type { ManagementContext } from '../context.ts';
import type { Contract, Prisma } from '../generated/client.ts';
import { applicationAttributes } from './application-attributes.ts';
import { erased } from './erased.ts';
import { acceptedEvidenceOf } from './requirements.ts';

/** Statuses by which authentication says that the documents, not the moment, are wrong. */
const documentRefusals = ['INVALID_ARGUMENT', 'FAILED_PRECONDITION', 'PERMISSION_DENIED'];

/** The document is looked at while the call waits; in milliseconds. */
const documentTimeoutMs = 45_000;

/** S14: asks authentication to verify the applicant; S15: takes in what it wants to be shown. */
export async function requestVerification(context: ManagementContext, contract: Contract): Promise<void> {
  const { authentication, flow, carrier, vault } = context;
  const { sealedDocuments, dakDigest, assertion, eid, applicant } = contract;
  if (!sealedDocuments || !dakDigest || !assertion || !eid || !applicant)
    throw new Error(`contract ${contract.id} lost its submission`);
  const typed = await vault.open(`contract:${contract.id}:applicant`, applicant);
  const sealedEid = await sealEnvelope({
    recipient: context.keys.authenticationEncryption,
    purpose: sealPurposes.eid,
    binding: contract.id,
    plaintext: Buffer.from(eid, 'ascii'),
  });
  let verification: Verification;
  try {
    const answer = await flow.record(contract.id, 'S14', () =>
      authentication.verification.startVerification(
        {
          contractId: contract.id,
          sealedEid,
          sealedIdentityDocuments: SealedEnvelope.decode(sealedDocuments),
          dataAcquisitionKeyDigest: Buffer.from(dakDigest),
          localAuthenticationAssertion: Buffer.from(assertion),
          acceptedEvidence: acceptedEvidenceOf(carrier.policy),
          minimumAssuranceLevel: carrier.policy.minimumAssuranceLevel,
          maximumVerificationAgeDays: carrier.policy.certificateMaxAgeDays,
          applicantDigest: Buffer.from(applicantDigest(typedAttributes(typed), assertion)),
          requiredAttributes: [...(carrier.policy.requiredAttributes ?? [])],
        },
        { timeoutMs: documentTimeoutMs },
      ),
    );
    verification = required(answer.verification);
  } catch (error) {
    const refusal = decodeServiceError(error);
    if (!refusal || !documentRefusals.includes(refusal.status)) throw authenticationUnavailable(error);
    // The documents can't be used: the applicant hands in others under a fresh nonce.
    await context.prisma.contract.updateMany({
      where: { id: contract.id, state: 'INFORMATION_SUBMITTED' },
      data: {
        state: 'STEP_UP_REQUIRED',
        nonce: new Uint8Array(context.random(32)),
        sealedDocuments: null,
        stepUpReasons: [reasonOf(refusal)],
        refusalReasons: [reasonOf(refusal)],
        updatedAt: context.clock(),
      },
    });
    return;
  }
  await flow.record(contract.id, 'S15', () => applyVerification(context, contract, verification));
  context.logger.info({ contractId: contract.id, carrier: carrier.name }, 'identity verification opened');
}

/** Takes up a verification whose answer was lost, or that is still being judged. */
export async function takeUpVerification(context: ManagementContext, contract: Contract): Promise<void> {
  if (!contract.verificationId) throw new Error(`contract ${contract.id} lost its verification`);
  const answer = await context.authentication.verification
    .getVerification({ verificationId: contract.verificationId })
    .catch((error: unknown) => {
      throw authenticationUnavailable(error);
    });
  await applyVerification(context, contract, required(answer.verification));
}

/** A proof request that lapsed, or whose prompt did, gives way to a fresh one; one that is good stays. */
export async function renewProofRequest(context: ManagementContext, contract: Contract): Promise<void> {
  const request = contract.identityProofRequest && IdentityProofRequest.decode(contract.identityProofRequest);
  const now = context.clock();
  const promptGood = !request?.prompt?.expireTime || request.prompt.expireTime > now;
  if (request?.expireTime && request.expireTime > now && promptGood) return;
  await takeUpVerification(context, contract);
}

/** Moves a contract to where its verification stands. The state it comes from is named, so that nothing wins twice. */
export async function applyVerification(
  { prisma, clock, random }: ManagementContext,
  contract: Contract,
  verification: Verification,
): Promise<void> {
  await prisma.contract.updateMany({
    where: { id: contract.id, state: contract.state },
    data: {
      ...moveOf(verification, random),
      verificationId: verification.verificationId,
      unconfirmedAttributes: verification.unconfirmedAttributes,
      sealedDocuments: null,
      updatedAt: clock(),
    },
  });
}

/** What each state of a verification means for its contract. */
function moveOf(
  { state, identityProofRequest, reasons }: Verification,
  random: ManagementContext['random'],
): Prisma.ContractUpdateManyMutationInput {
  const told = reasons.map(({ code, sentence }) => ({ code, sentence }));
  switch (state) {
    case VerificationState.ID_PHOTO_REQUESTED:
      return {
        state: 'IDENTITY_PROOF_REQUESTED',
        identityProofRequest: new Uint8Array(IdentityProofRequest.encode(required(identityProofRequest)).finish()),
        refusalReasons: told,
      };
    case VerificationState.JUDGING:
      return { state: 'VERIFYING_IDENTITY' };
    case VerificationState.IN_REVIEW:
      return { state: 'IDENTITY_IN_REVIEW', identityProofRequest: null, refusalReasons: [] };
    case VerificationState.VERIFIED:
      return { state: 'IDENTITY_ESTABLISHED', identityProofRequest: null, refusalReasons: [] };
    case VerificationState.REFUSED:
      return { state: 'REFUSED', ...erased, refusalReasons: told };
    case VerificationState.EXPIRED:
      return {
        state: 'STEP_UP_REQUIRED',
        identityProofRequest: null,
        nonce: new Uint8Array(random(32)),
        stepUpReasons: told,
      };
    case VerificationState.WITHDRAWN:
      return { state: 'CANCELLED', ...erased, refusalReasons: told };
    default:
      throw new Error(`verification in unknown state ${state}`);
  }
}

/** The error a terminal gets when authentication can't be reached now; the contract keeps what it has. */
export function authenticationUnavailable(cause: unknown): ServiceError {
  return refusal('AUTHENTICATION_UNAVAILABLE', { cause });
}

const typedAttributes = (stored: Uint8Array) =>
  applicationAttributes(JSON.parse(Buffer.from(stored).toString('utf8')) as Applicant);

const reasonOf = ({ reason, message }: ServiceError) => ({ code: reason, sentence: message });

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the answer lacks a part that its contract promises');
  return value;
}
