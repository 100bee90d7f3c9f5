import { type IdentityProofRequest, IdPhoto } from '@tegata/contracts/authentication-v1';
import { type Contract, ContractState } from '@tegata/contracts/management-v1';
import { motionInWords, takeIdPhoto } from '../../evidence/capture-folder.ts';
import { TerminalError } from '../../terminal-error.ts';
import type { ContractRecord, RecordIn } from '../contract-record.ts';
import { isTransient } from '../failures.ts';
import { followContract } from '../follow-contract.ts';
import { type Run, StepLog } from '../run.ts';
import { settle } from './settle.ts';

type Deciding = RecordIn<'deciding'>;

/**
 * S16-S19, S26/S52: answers a request for an ID photo, and follows the contract until the carrier has decided.
 *
 * Errors: ID_PHOTO_REFUSED while there are tries left (new pictures are needed), EVIDENCE_NEEDED, DECISION_PENDING when
 * the carrier takes longer than this terminal waits, those of the capture folder, and the carrier's.
 */
export async function awaitDecision(record: Deciding, run: Run): Promise<ContractRecord> {
  const contract = run.heard ?? (await getContract(record, run));
  run.heard = undefined;
  switch (contract.state) {
    case ContractState.IDENTITY_PROOF_REQUESTED:
      return answerProofRequest(record, contract, run);
    case ContractState.VERIFYING_IDENTITY:
    case ContractState.PREPARING_PROFILE:
      run.heard = await followContract(run.desk(record.carrier), record, contract.state, run);
      return withPhotoArrived({ ...record, state: run.heard.state }, run);
    default:
      return settle(withPhotoArrived(record, run), contract);
  }
}

async function getContract(record: Deciding, run: Run): Promise<Contract> {
  return run.retry(() => run.desk(record.carrier).get(record, run.signal), run.signal);
}

/** The carrier no longer waits for the photo that was sent: it arrived, even if its answer did not. */
function withPhotoArrived(record: Deciding, run: Run): Deciding {
  if (record.photoSent === undefined) return record;
  const log = new StepLog(run, record.flow, record.steps);
  log.found('submitIdPhoto', record.photoSent.startTime);
  return { ...record, steps: log.steps };
}

async function answerProofRequest(record: Deciding, contract: Contract, run: Run): Promise<ContractRecord> {
  const request = contract.identityProofRequest;
  if (request === undefined) {
    throw new TerminalError(
      'internal',
      'CARRIER_ANSWER_UNUSABLE',
      'The carrier asks for an ID photo without saying how.',
    );
  }
  const { photoSent } = record;
  const answersEarlier = photoSent !== undefined && photoSent.proofRequestId !== request.identityProofRequestId;
  if (answersEarlier && contract.refusalReasons.length > 0) throw refusedPhoto(record, contract, request, run);

  const log = new StepLog(run, record.flow, record.steps);
  await log.time('receiveProofRequest', () => checkRequest(request));
  await log.time('startCapture', () => tellMotions(request, run));
  const sealed = await log.time('capture', () => capture(record, request, run));
  const sent: Deciding = {
    ...record,
    state: contract.state,
    reasons: [],
    photoSent: { proofRequestId: request.identityProofRequestId, startTime: run.now() },
    steps: log.steps,
  };
  run.save(sent);
  try {
    const desk = run.desk(record.carrier);
    run.heard = await log.time('submitIdPhoto', () =>
      desk.submitIdPhoto(record, request.identityProofRequestId, sealed, run.signal),
    );
    return { ...sent, state: run.heard.state, steps: log.steps };
  } catch (error) {
    if (run.signal.aborted) throw error;
    return afterFailure(sent, request, run, error);
  }
}

/**
 * An ID photo whose sending failed. Where the carrier still waits for an answer to the same request, it did not arrive;
 * otherwise the contract shows what became of it.
 */
async function afterFailure(
  record: Deciding,
  request: IdentityProofRequest,
  run: Run,
  failure: unknown,
): Promise<ContractRecord> {
  const contract = await getContract(record, run).catch(() => {
    throw failure;
  });
  const stillAwaited =
    contract.state === ContractState.IDENTITY_PROOF_REQUESTED &&
    contract.identityProofRequest?.identityProofRequestId === request.identityProofRequestId;
  if (stillAwaited && !(isTransient(failure) && ++run.photoSendings < maxPhotoSendings)) throw failure;
  run.heard = contract;
  return { ...record, state: contract.state };
}

/** How often an ID photo is sent in one run while the connection fails. */
const maxPhotoSendings = 3;

async function capture(record: Deciding, request: IdentityProofRequest, run: Run) {
  if (record.evidence === undefined) {
    throw new TerminalError('precondition', 'EVIDENCE_NEEDED', 'Photos of the applicant are needed for this contract.');
  }
  const frames = takeIdPhoto(record.evidence.framesDirectory, request.motions);
  const plaintext = IdPhoto.encode({ nonce: request.nonce, frames }).finish();
  return run.seal(record.encryptionChain, 'tegata id photo v1', record.contractId, plaintext);
}

function checkRequest(request: IdentityProofRequest): void {
  if (request.nonce.length === 32 && request.motions.length > 0) return;
  throw new TerminalError(
    'internal',
    'CARRIER_ANSWER_UNUSABLE',
    "The carrier's request for an ID photo is not complete.",
  );
}

function tellMotions(request: IdentityProofRequest, run: Run): void {
  const motions = request.motions.map((motion) => motionInWords[motion]).join(', ');
  run.tell({ kind: 'note', note: `ID photo: look straight ahead, then ${motions}.` });
}

/** ID_PHOTO_REFUSED, with the carrier's reasons, which are stored. */
function refusedPhoto(record: Deciding, contract: Contract, request: IdentityProofRequest, run: Run): TerminalError {
  const reasons = contract.refusalReasons.map(({ code, sentence }) => ({ code, sentence }));
  run.save({ ...withPhotoArrived(record, run), state: contract.state, reasons });
  const left = request.triesLeft + 1;
  const sentences = reasons.map(({ code, sentence }) => `${sentence} (${code})`).join(' ');
  const tries = left === 1 ? 'One try is left.' : `${left} tries are left.`;
  return new TerminalError('precondition', 'ID_PHOTO_REFUSED', `The ID photo was refused: ${sentences} ${tries}`);
}
