import { SealedEnvelope } from '@tegata/contracts/authentication-v1';
import type { Contract as ContractMessage, SubmitContractInformationRequest } from '@tegata/contracts/management-v1';
import { prismaTransaction } from '@tegata/database';
import { refusal } from '@tegata/service-kit';
import type { ManagementContext } from '../context.ts';
import type { Contract, Prisma } from '../generated/client.ts';
import { advanceContract } from './advance-contract.ts';
import { currentContract } from './get-contract.ts';
import { judgeAssertion } from './judge-assertion.ts';
import { judgeCertificate } from './judge-certificate.ts';
import { ownContract } from './own-contract.ts';
import { requireFewContracts } from './require-few-contracts.ts';

/**
 * S12/S48: takes in the applicant's data with the local authentication assertion and either identity documents or an
 * identity certificate; S13/S49 and S50 judge them. The nonce is used up in the update that stores the judgement.
 */
export async function submitContractInformation(
  context: ManagementContext,
  request: SubmitContractInformationRequest,
): Promise<{ contract: ContractMessage }> {
  const contract = await ownContract(context, request);
  if (isRepeated(contract, request)) return progress(context, contract.id);
  const nonce = awaitedNonce(context, contract);

  const byCertificate = request.identity?.$case === 'certificate';
  const judgement = await context.flow.record(
    contract.id,
    byCertificate ? 'S49' : 'S13',
    () => judgeAssertion(context, contract.id, nonce, request),
    (result) => (result.ok ? 'ok' : result.error.code),
  );
  if (!judgement.ok) {
    await consumeNonce(context, contract, nonce, { nonce: fresh(context) });
    throw refusal(judgement.error.code, { cause: judgement.error });
  }

  const submitted: Prisma.ContractUpdateManyMutationInput = {
    nonce: null,
    eid: request.eid,
    assertion: new Uint8Array(request.localAuthenticationAssertion),
    applicant: await context.vault.seal(`contract:${contract.id}:applicant`, applicantOctets(request)),
    dakDigest: new Uint8Array(request.dataAcquisitionKeyDigest),
    byCertificate,
    unconfirmedAttributes: [],
    stepUpReasons: [],
    refusalReasons: [],
  };
  if (request.identity?.$case === 'certificate') {
    const presentation = request.identity.value;
    const { stepUpReasons, unconfirmedAttributes } = await context.flow.record(
      contract.id,
      'S50',
      () => judgeCertificate(context, presentation, request.applicant, judgement.assertion),
      ({ stepUpReasons: [reason] }) => reason?.code ?? 'ok',
    );
    await consumeNonce(
      context,
      contract,
      nonce,
      stepUpReasons.length === 0
        ? { ...submitted, unconfirmedAttributes: [...unconfirmedAttributes], state: 'IDENTITY_ESTABLISHED' }
        : {
            nonce: fresh(context),
            state: 'STEP_UP_REQUIRED',
            stepUpReasons: stepUpReasons.map((each) => ({ ...each })),
          },
    );
  } else if (request.identity?.$case === 'sealedIdentityDocuments') {
    const sealedDocuments = new Uint8Array(SealedEnvelope.encode(request.identity.value).finish());
    await consumeNonce(context, contract, nonce, { ...submitted, sealedDocuments, state: 'INFORMATION_SUBMITTED' });
  }
  return progress(context, contract.id);
}

/** A submission that was stored, and whose answer was lost. */
function isRepeated(contract: Contract, { localAuthenticationAssertion }: SubmitContractInformationRequest): boolean {
  return contract.assertion !== null && Buffer.from(contract.assertion).equals(localAuthenticationAssertion);
}

function awaitedNonce({ clock }: ManagementContext, contract: Contract): Uint8Array {
  if (contract.state === 'EXPIRED' || contract.expiresAt <= clock()) {
    throw refusal('CONTRACT_EXPIRED');
  }
  if (contract.state !== 'APPLIED' && contract.state !== 'STEP_UP_REQUIRED') {
    throw refusal('CONTRACT_STATE_UNSUITABLE');
  }
  if (!contract.nonce) throw nonceUsed();
  return contract.nonce;
}

async function consumeNonce(
  { prisma, clock, config }: ManagementContext,
  { id, state }: Contract,
  nonce: Uint8Array,
  data: Prisma.ContractUpdateManyMutationInput,
): Promise<void> {
  const { eid } = data;
  const count = await prismaTransaction(prisma, async (transaction: Prisma.TransactionClient) => {
    if (typeof eid === 'string') await requireFewContracts(transaction, eid, config.contractsPerEuicc, clock());
    const consumed = await transaction.contract.updateMany({
      where: { id, state, nonce: new Uint8Array(nonce) },
      data: { ...data, updatedAt: clock() },
    });
    return consumed.count;
  });
  if (count === 0) throw nonceUsed();
}

const fresh = ({ random }: ManagementContext) => new Uint8Array(random(32));

const nonceUsed = () => refusal('NONCE_USED');

/** Stored progress first; what can't be done now is done later and does not undo it. */
async function progress(context: ManagementContext, id: string): Promise<{ contract: ContractMessage }> {
  await advanceContract(context, id);
  return { contract: await currentContract(context, id) };
}

const applicantOctets = ({ applicant }: SubmitContractInformationRequest) =>
  Buffer.from(JSON.stringify(applicant), 'utf8');
