import type { IdentityProofRequest } from '@tegata/contracts/authentication-v1';
import { type Contract, ContractState } from '@tegata/contracts/management-v1';
import type { Camera, Refused } from '../../capture/camera.ts';
import { TerminalError } from '../../terminal-error.ts';
import { type ContractRecord, cameraSourceOf, type RecordIn } from '../contract-record.ts';
import { followContract } from '../follow-contract.ts';
import { type Run, StepLog } from '../run.ts';
import { settle } from './settle.ts';
import { type LastSegment, takeIdPhoto } from './take-id-photo.ts';

type Deciding = RecordIn<'deciding'>;

/**
 * S16-S19, S26/S52: answers a request for an ID photo, and follows the contract until the carrier has decided.
 *
 * Errors: ID_PHOTO_REFUSED while there are tries left (new pictures are needed), EVIDENCE_NEEDED, UNDER_REVIEW while a person decides, DECISION_PENDING when
 * the carrier takes longer than this terminal waits, those of the camera, and the carrier's.
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
    case ContractState.IDENTITY_IN_REVIEW:
      throw underReview(withPhotoArrived({ ...record, state: contract.state, reasons: [] }, run), run);
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
  const refused = answersEarlier && contract.refusalReasons.length > 0;
  const made = cameraOf(record, run);
  // A person who is before the camera tries again at once.
  if (refused && made.attended === undefined) throw refusedPhoto(record, contract, request, run);

  const log = new StepLog(run, record.flow, record.steps);
  await log.time('receiveProofRequest', () => checkRequest(request));
  const camera = await log.time('startCapture', () =>
    made.open(run.signal, refused ? refusedBy(contract, request) : undefined),
  );
  let current = record;
  try {
    const taken = await log.time('capture', () =>
      takeIdPhoto(record, request, camera, made.attended !== undefined, run),
    );
    if ('contract' in taken) run.heard = taken.contract;
    else {
      // That the last frames are sent, with which the whole ID photo is judged, is stored before.
      const photoSent = { proofRequestId: request.identityProofRequestId, startTime: run.now() };
      current = { ...record, state: contract.state, reasons: [], photoSent, steps: log.steps };
      run.save(current);
      run.heard = await log.time('submitIdPhoto', () => sendLast(record, request, taken.last, run));
    }
    await camera.close({ kind: 'sent' });
    return { ...current, state: run.heard.state, steps: log.steps };
  } catch (error) {
    const message = error instanceof TerminalError ? error.message : 'The capture was interrupted.';
    await camera.close({ kind: 'failed', message });
    if (error instanceof TerminalError || run.signal.aborted) throw error;
    return afterFailure(current, request, run, error);
  }
}

function sendLast(
  record: Deciding,
  { identityProofRequestId }: IdentityProofRequest,
  { promptNumber, sealed }: LastSegment,
  run: Run,
): Promise<Contract> {
  const desk = run.desk(record.carrier);
  return run.retry(
    () => desk.submitCapture(record, identityProofRequestId, promptNumber, sealed, run.signal),
    run.signal,
  );
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
  if (stillAwaited) throw failure;
  run.heard = contract;
  return { ...record, state: contract.state };
}

function cameraOf(record: Deciding, run: Run): Camera {
  if (record.evidence === undefined) {
    throw new TerminalError('precondition', 'EVIDENCE_NEEDED', 'Photos of the applicant are needed for this contract.');
  }
  return run.camera(cameraSourceOf(record.evidence));
}

function refusedBy({ refusalReasons }: Contract, { triesLeft }: IdentityProofRequest): Refused {
  return { reasons: refusalReasons.map(({ code, sentence }) => ({ code, sentence })), triesLeft: triesLeft + 1 };
}

function checkRequest(request: IdentityProofRequest): void {
  if (request.nonce.length === 32) return;
  throw new TerminalError(
    'internal',
    'CARRIER_ANSWER_UNUSABLE',
    "The carrier's request for an ID photo is not complete.",
  );
}

/** UNDER_REVIEW: nothing is left to do here until a person has decided, which may take days. */
function underReview(record: Deciding, run: Run): TerminalError {
  run.save(record);
  const message =
    'The identity verification waits for a person to look at it, which can take days; no new pictures are needed.';
  return new TerminalError('unavailable', 'UNDER_REVIEW', message);
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
