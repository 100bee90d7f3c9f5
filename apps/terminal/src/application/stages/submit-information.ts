import { createHash } from 'node:crypto';
import { reasonsForAnotherPicture } from '@tegata/contracts';
import { type ActiveAuthentication, EvidenceKind, IdentityDocuments } from '@tegata/contracts/authentication-v1';
import type { SubmitContractInformationRequest } from '@tegata/contracts/management-v1';
import type { AttendedCamera } from '../../capture/camera.ts';
import { readChipFolder } from '../../evidence/document-chip.ts';
import { readIdentityDocument } from '../../evidence/identity-document.ts';
import { signWithCard } from '../../evidence/public-key-card.ts';
import { readTransferCode } from '../../evidence/transfer-code.ts';
import { TerminalError } from '../../terminal-error.ts';
import { renumbered } from '../chart-steps.ts';
import {
  type ContractRecord,
  cameraSourceOf,
  photographsDocument,
  type RecordedApplicant,
  type RecordedEvidence,
  type RecordIn,
} from '../contract-record.ts';
import { codeOf, isTransient } from '../failures.ts';
import { type Run, StepLog } from '../run.ts';
import { authenticateLocally } from './authenticate-locally.ts';
import { challengeDocument } from './challenge-document.ts';
import { settle } from './settle.ts';

/** More submissions than this in one run mean that terminal and carrier do not understand each other. */
const maxSubmissions = 4;

type Informing = RecordIn<'informing'>;

/** How the identity is shown, and the digest of that, which the data acquisition key is mixed with. */
interface Evidence {
  readonly identity: SubmitContractInformationRequest['identity'];
  /** SHA-256, 32 octets. */
  readonly digest: Uint8Array;
}

/** What the document was had to show before the local authentication. */
interface ShownDocument {
  /** its picture, where the camera takes it */
  readonly photographed?: Uint8Array | undefined;
  /** the answer of its chip */
  readonly answered?: ActiveAuthentication | undefined;
}

/**
 * S7-S12, S43-S48: authenticates the user locally and submits the contract information, with the identity certificate where
 * one is stored and enough, else with identity documents.
 *
 * What is left of an earlier try is looked up first: whether a submission arrived is the carrier's to say.
 */
export async function submitInformation(record: Informing, run: Run): Promise<ContractRecord> {
  if (record.submission !== undefined) return lookUpSubmission(record, run);

  if (++run.submissions > maxSubmissions) {
    throw new TerminalError(
      'internal',
      'CARRIER_ANSWER_UNUSABLE',
      'The carrier asks for the same information again and again.',
    );
  }
  const expectsCertificate = !record.documentsDemanded && (await run.certificates.isStored());
  if (!expectsCertificate && record.evidence === undefined) throw evidenceNeeded(record);

  // Before the assertion, which ages.
  const shown: ShownDocument = expectsCertificate
    ? {}
    : { photographed: await photographDocument(record, run), answered: await challengeDocument(record, run) };
  const firstLog = new StepLog(run, record.flow, record.steps);
  const assertion = await authenticateLocally(record, run, firstLog);

  const stored = await firstLog.time('lookForCertificate', () => run.certificates.isStored());
  const withCertificate = stored && !record.documentsDemanded;
  const flow = withCertificate ? 'later' : 'first';
  const steps = flow === record.flow ? firstLog.steps : renumbered(firstLog.steps, flow);
  const log = new StepLog(run, flow, steps);

  const { identity, digest } = withCertificate
    ? await takeCertificate(record, run, log)
    : await takeDocuments(record, shown, run, log);
  const dataAcquisitionKey = record.dataAcquisitionKey ?? run.makeDataAcquisitionKey(digest);

  const begun: Informing = {
    ...record,
    flow,
    identityVerification: record.identityVerification || !withCertificate,
    dataAcquisitionKey,
    submission: { nonce: record.nonce, startTime: run.now() },
    steps: log.steps,
  };
  run.save(begun);
  return submit(begun, run, {
    contractId: record.contractId,
    contractToken: Buffer.from(record.contractToken),
    applicant: record.applicant,
    eid: run.eid,
    localAuthenticationAssertion: Buffer.from(assertion),
    dataAcquisitionKeyDigest: sha256(dataAcquisitionKey),
    identity,
  });
}

async function submit(record: Informing, run: Run, request: SubmitContractInformationRequest): Promise<ContractRecord> {
  const desk = run.desk(record.carrier);
  const log = new StepLog(run, record.flow, record.steps);
  try {
    const contract = await log.time('submit', () =>
      run.retry(() => desk.submitInformation(request, run.signal), run.signal),
    );
    run.heard = contract;
    const settled = settle({ ...record, steps: log.steps }, contract);
    if (request.identity?.$case === 'sealedIdentityDocuments' && settled.stage === 'informing') {
      // A person who is before the camera takes another picture at once, where another picture is what helps.
      const tryAgain = asksForAnotherPicture(settled) && run.submissions < maxSubmissions;
      if (tryAgain && attendedCamera(settled, run) !== undefined) return settled;
      run.save(settled);
      throw documentsRefused(settled);
    }
    return settled;
  } catch (error) {
    if (error instanceof TerminalError || isTransient(error) || run.signal.aborted) throw error;
    return afterRefusal(record, run, error);
  }
}

/**
 * A refused submission. The carrier may have used up the nonce, or refused only because an earlier copy had arrived; the
 * contract tells. Where it still waits for information the refusal stands, and the fresh nonce is stored for the next try.
 */
async function afterRefusal(record: Informing, run: Run, refusal: unknown): Promise<ContractRecord> {
  const settled = await lookUpSubmission(record, run).catch(() => {
    throw refusal;
  });
  const stillWaiting = settled.stage === 'informing' && !settled.documentsDemanded;
  if (stillWaiting && codeOf(refusal) !== 'NONCE_USED') {
    run.save(settled);
    throw refusal;
  }
  return settled;
}

async function lookUpSubmission(record: Informing, run: Run): Promise<ContractRecord> {
  const contract = await run.retry(() => run.desk(record.carrier).get(record, run.signal), run.signal);
  run.heard = contract;
  const log = new StepLog(run, record.flow, record.steps);
  const settled = settle(record, contract);
  const arrived = settled.stage !== 'informing' || (settled.documentsDemanded && !record.documentsDemanded);
  if (arrived && record.submission !== undefined) log.found('submit', record.submission.startTime);
  return { ...settled, steps: log.steps };
}

/**
 * ANOTHER_PICTURE_NEEDED where all that is wrong is the picture of the document, else DOCUMENTS_REFUSED; with the carrier's reasons, which
 * are stored: sending the same documents again would not help.
 */
function documentsRefused(record: ContractRecord): TerminalError {
  const sentences = inWords(record.reasons);
  return asksForAnotherPicture(record)
    ? new TerminalError(
        'precondition',
        'ANOTHER_PICTURE_NEEDED',
        `Another picture of the identity document is needed: ${sentences}`,
      )
    : new TerminalError('precondition', 'DOCUMENTS_REFUSED', `The identity document was refused: ${sentences}`);
}

/** The sentences of reasons with their codes, by which they are told in other languages, too. */
function inWords(reasons: ContractRecord['reasons']): string {
  return [...new Set(reasons.map(({ code, sentence }) => `${sentence} (${code})`))].join(' ');
}

function asksForAnotherPicture({ reasons }: ContractRecord): boolean {
  return reasons.length > 0 && reasons.every(({ code }) => reasonsForAnotherPicture.has(code));
}

/** S11: the documents, sealed to the authentication server. */
async function takeDocuments(record: Informing, shown: ShownDocument, run: Run, log: StepLog): Promise<Evidence> {
  const { evidence } = record;
  if (evidence === undefined) throw evidenceNeeded(record);
  return log.time('takeDocuments', async () => {
    const plaintext = IdentityDocuments.encode({
      ...documentOf(evidence, shown, record, run),
      declaredAttributes: declaredAttributes(record.applicant),
    }).finish();
    const { contractId, encryptionChain } = record;
    const value = await run.seal(encryptionChain, 'tegata identity documents v1', contractId, plaintext);
    return { identity: { $case: 'sealedIdentityDocuments', value }, digest: sha256(plaintext) };
  });
}

/** The picture of the document, where the camera takes it: shown why the one before was refused. */
async function photographDocument(record: Informing, run: Run): Promise<Uint8Array | undefined> {
  const { reasons } = record;
  const refused = reasons.length === 0 ? undefined : { reasons, triesLeft: undefined };
  return attendedCamera(record, run)?.photographDocument(run.signal, refused);
}

function attendedCamera({ evidence }: Pick<Informing, 'evidence'>, run: Run): AttendedCamera | undefined {
  const photographs = evidence !== undefined && photographsDocument(evidence);
  return photographs ? run.camera(cameraSourceOf(evidence)).attended : undefined;
}

/** The document as a picture, as the files of its chip, a signature by a card, or what the device used until now gave. */
function documentOf(
  { documentFile, chipDirectory, publicKeyDirectory, transferCode }: RecordedEvidence,
  { photographed, answered }: ShownDocument,
  { contractId, nonce }: Informing,
  { eid, publicKeyPin }: Run,
): Omit<IdentityDocuments, 'declaredAttributes'> {
  const none = {
    ...{ documentImage: Buffer.alloc(0), documentChip: undefined, publicKeyIdentity: undefined },
    earlierVerification: undefined,
  };
  if (transferCode !== undefined) {
    const earlierVerification = readTransferCode(transferCode, eid);
    return { ...none, kind: EvidenceKind.EARLIER_VERIFICATION, earlierVerification };
  }
  if (publicKeyDirectory !== undefined) {
    const publicKeyIdentity = signWithCard(publicKeyDirectory, publicKeyPin, { contractId, nonce, eid });
    return { ...none, kind: EvidenceKind.PUBLIC_KEY, publicKeyIdentity };
  }
  if (chipDirectory === undefined) {
    const documentImage = Buffer.from(photographed ?? readIdentityDocument(documentFile));
    return { ...none, kind: EvidenceKind.DOCUMENT_IMAGE, documentImage };
  }
  const { sod, dg1, dg2 } = readChipFolder(chipDirectory);
  const [dataGroup1, dataGroup2] = [Buffer.from(dg1), Buffer.from(dg2)];
  const documentChip = { sod: Buffer.from(sod), dataGroup1, dataGroup2, activeAuthentication: answered };
  return { ...none, kind: EvidenceKind.DOCUMENT_CHIP, documentChip };
}

/** S47: the certificate, released by the local authentication just made for this contract, with what the carrier requires and the user chose of its attributes. */
async function takeCertificate(record: Informing, run: Run, log: StepLog): Promise<Evidence> {
  const issued = await log.time('takeCertificate', () => run.certificates.release(record.contractId));
  const { disclose, requiredAttributes = [] } = record;
  const shown = [...new Set([...requiredAttributes, ...disclose])];
  if (requiredAttributes.length > 0) {
    run.tell({
      kind: 'note',
      note: `The carrier requires ${requiredAttributes.join(', ')} of the identity certificate.`,
    });
  }
  const openings = issued.attributeOpenings.filter(({ name }) => shown.includes(name));
  const absent = shown.filter((name) => openings.every((opening) => opening.name !== name));
  if (absent.length > 0) {
    run.tell({ kind: 'note', note: `The identity certificate has no ${absent.join(', ')} to disclose.` });
  }
  const value = { certificateChain: issued.certificateChain, disclosedAttributes: openings };
  const [certificate = new Uint8Array(0)] = issued.certificateChain;
  return { identity: { $case: 'certificate', value }, digest: sha256(certificate) };
}

function declaredAttributes(applicant: RecordedApplicant) {
  const { year, month, day } = applicant.birthDate;
  const birthDate = [String(year).padStart(4, '0'), month, day].map((part) => String(part).padStart(2, '0')).join('-');
  return [
    { name: 'family_name', value: applicant.familyName },
    { name: 'given_name', value: applicant.givenName },
    { name: 'birth_date', value: birthDate },
    { name: 'address', value: applicant.address },
  ];
}

function sha256(octets: Uint8Array): Buffer {
  return createHash('sha256').update(octets).digest();
}

function evidenceNeeded(record: Informing): TerminalError {
  const why = inWords(record.reasons);
  const message = record.documentsDemanded
    ? `The carrier needs identity documents for this contract. ${why}`.trim()
    : 'Identity documents and photos are needed for this contract: no identity certificate is stored.';
  return new TerminalError('precondition', 'EVIDENCE_NEEDED', message);
}
