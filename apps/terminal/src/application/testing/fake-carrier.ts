import { createHash, randomUUID } from 'node:crypto';
import {
  type CapturePrompt,
  CapturePromptKind,
  CaptureSegment,
  HeadMotion,
  type IdentityProofRequest,
  type IssuedCertificate,
} from '@tegata/contracts/authentication-v1';
import {
  type Contract,
  ContractState,
  LocalAuthenticationMethod,
  type Reason,
  type StepTime,
  type SubmitContractInformationRequest,
} from '@tegata/contracts/management-v1';
import { beginCaptureChain, chainFrames } from '@tegata/identity';
import { ServiceError } from '@tegata/service-kit';
import type { ContractCredentials, ContractDesk } from '../ports.ts';
import type { FakeAssertion, FakeCaptureStatement } from './fake-euicc.ts';

/** A profile waiting at the fake relay, by the hex of its key's digest. */
export interface WaitingProfile {
  readonly contractId: string;
  readonly iccid: string;
  readonly certificate: IssuedCertificate | undefined;
}

interface KeptContract {
  readonly id: string;
  readonly token: Buffer;
  state: ContractState;
  nonce: Buffer;
  digest: string;
  withDocuments: boolean;
  proofRequest: IdentityProofRequest | undefined;
  /** The capture that was begun, and the head of the chain over its frames. */
  capture: { readonly id: string; head: Uint8Array<ArrayBuffer> } | undefined;
  stepUpReasons: Reason[];
  refusalReasons: Reason[];
  lastSubmission: string;
  iccid: string;
  steps: StepTime[];
}

/** How a fake carrier decides. */
export interface CarrierPolicy {
  /** Whether an identity certificate is enough. */
  readonly certificateEnough: boolean;
  /** Attributes that it has to disclose. */
  readonly requiredAttributes?: readonly string[];
  /** ID photos that are refused before one is accepted. */
  readonly photosToRefuse: number;
  /** Whether a person decides before a contract goes on (`decideReviews`). */
  readonly reviewed: boolean;
  /** Identity documents that are refused before some are accepted. */
  readonly documentsToRefuse: number;
  /** Why they are. */
  readonly documentReason: { readonly code: string; readonly sentence: string };
  /** when each prompt lapses; left out: never */
  readonly promptExpireTime?: () => Date;
}

/** A carrier with its SM-DP+ that behaves as the contracts say: nothing is done twice, every answer is from what is stored. */
export class FakeCarrier implements ContractDesk {
  readonly contracts = new Map<string, KeptContract>();
  readonly #byApplication = new Map<string, string>();
  readonly waiting = new Map<string, WaitingProfile>();
  /** What terminals have submitted, unsealed; see FakeWorld. */
  readonly sealedDocuments: Uint8Array[] = [];
  /** Names of what each certificate came with. */
  readonly disclosed: string[][] = [];
  profilesMade = 0;
  verifications = 0;
  #photosToRefuse: number;
  #documentsToRefuse: number;

  constructor(
    readonly carrierOid: string,
    private readonly policy: CarrierPolicy,
  ) {
    this.#photosToRefuse = policy.photosToRefuse;
    this.#documentsToRefuse = policy.documentsToRefuse;
  }

  async apply(applicationId: Uint8Array) {
    const key = Buffer.from(applicationId).toString('hex');
    const id = this.#byApplication.get(key) ?? randomUUID();
    this.#byApplication.set(key, id);
    const contract = this.contracts.get(id) ?? newContract(id);
    this.contracts.set(id, contract);
    return {
      contractId: id,
      contractToken: contract.token,
      nonce: contract.nonce,
      carrierOid: this.carrierOid,
      requirements: {
        acceptedEvidence: [],
        acceptedMethods: [LocalAuthenticationMethod.PASSWORD],
        assertionMaxAgeSeconds: 300,
        certificateMaxAgeDays: 365,
        minimumAssuranceLevel: 1,
        requiredAttributes: [...(this.policy.requiredAttributes ?? [])],
      },
      authenticationEncryptionChain: [Buffer.from('chain')],
      expireTime: undefined,
    };
  }

  async submitInformation(request: SubmitContractInformationRequest): Promise<Contract> {
    const contract = this.#owned(request);
    const submission = createHash('sha256').update(JSON.stringify(request)).digest('hex');
    if (submission === contract.lastSubmission) return answer(contract);
    if (contract.state !== ContractState.APPLIED && contract.state !== ContractState.STEP_UP_REQUIRED) {
      throw refusal('FAILED_PRECONDITION', 'CONTRACT_STATE_UNSUITABLE');
    }
    const said: FakeAssertion = JSON.parse(request.localAuthenticationAssertion.toString());
    const fresh = said.nonce === contract.nonce.toString('hex');
    contract.nonce = nonce();
    if (!fresh) throw refusal('FAILED_PRECONDITION', 'NONCE_USED');
    if (!said.success) throw refusal('PERMISSION_DENIED', 'ASSERTION_OUTCOME_FAILED');
    if (said.contractId !== contract.id) throw refusal('PERMISSION_DENIED', 'ASSERTION_CONTRACT_MISMATCH');
    if (said.carrierOid !== this.carrierOid) throw refusal('PERMISSION_DENIED', 'ASSERTION_CARRIER_MISMATCH');
    contract.lastSubmission = submission;
    contract.digest = request.dataAcquisitionKeyDigest.toString('hex');
    if (request.identity?.$case === 'sealedIdentityDocuments') {
      this.sealedDocuments.push(request.identity.value.ciphertext);
    }
    if (request.identity?.$case === 'certificate') {
      this.disclosed.push(request.identity.value.disclosedAttributes.map(({ name }) => name));
      if (this.policy.certificateEnough) this.#approve(contract);
      else {
        contract.state = ContractState.STEP_UP_REQUIRED;
        contract.stepUpReasons = [{ code: 'CERTIFICATE_TOO_OLD', sentence: 'The verification is too long ago.' }];
      }
    } else if (this.#documentsToRefuse > 0) {
      this.#documentsToRefuse--;
      contract.refusalReasons = [this.policy.documentReason];
    } else {
      this.verifications++;
      contract.refusalReasons = [];
      contract.withDocuments = true;
      contract.stepUpReasons = [];
      contract.state = ContractState.IDENTITY_PROOF_REQUESTED;
      contract.proofRequest = newProofRequest();
    }
    return answer(contract);
  }

  async beginCapture(credentials: ContractCredentials, proofRequestId: string, captureId: Uint8Array) {
    const contract = this.#owned(credentials);
    const request = contract.proofRequest;
    if (request?.identityProofRequestId !== proofRequestId) {
      throw refusal('FAILED_PRECONDITION', 'CONTRACT_STATE_UNSUITABLE');
    }
    const hex = Buffer.from(captureId).toString('hex');
    if (request.prompt === undefined) {
      contract.capture = { id: hex, head: beginCaptureChain(proofRequestId, request.nonce, captureId) };
      contract.proofRequest = { ...request, prompt: promptOf(0, this.policy) };
    } else if (contract.capture?.id !== hex) {
      contract.proofRequest = request.triesLeft > 0 ? newProofRequest(request.triesLeft - 1) : undefined;
      if (contract.proofRequest === undefined) contract.state = ContractState.REFUSED;
    }
    return answer(contract);
  }

  async submitCapture(
    credentials: ContractCredentials,
    proofRequestId: string,
    promptNumber: number,
    { ciphertext }: { ciphertext: Uint8Array },
  ) {
    const contract = this.#owned(credentials);
    const { proofRequest: request, capture } = contract;
    if (request?.identityProofRequestId !== proofRequestId || !capture) {
      throw refusal('FAILED_PRECONDITION', 'CONTRACT_STATE_UNSUITABLE');
    }
    if (promptNumber < (request.prompt?.promptNumber ?? 0)) return answer(contract);
    const { captureStatement, frames } = CaptureSegment.decode(ciphertext);
    const said: FakeCaptureStatement = JSON.parse(captureStatement.toString());
    const promptNonce = request.prompt?.nonce ?? Buffer.alloc(0);
    const head = chainFrames(capture.head, { promptNumber, promptNonce }, frames);
    const expected: FakeCaptureStatement = {
      contractId: contract.id,
      identityProofRequestId: proofRequestId,
      promptNumber: request.prompt?.promptNumber ?? -1,
      promptNonce: promptNonce.toString('hex'),
      frameCount: frames.length,
      chainHead: Buffer.from(head).toString('hex'),
    };
    if (JSON.stringify(said) !== JSON.stringify(expected)) throw refusal('PERMISSION_DENIED', 'CAPTURE_CHAIN_BROKEN');
    capture.head = head;
    if (promptNumber + 1 < promptMotions.length) {
      contract.proofRequest = { ...request, prompt: promptOf(promptNumber + 1, this.policy) };
    } else if (this.#photosToRefuse > 0) {
      this.#photosToRefuse--;
      contract.refusalReasons = [{ code: 'FACE_NOT_FOUND', sentence: 'No face was found.' }];
      contract.proofRequest = request.triesLeft > 0 ? newProofRequest(request.triesLeft - 1) : undefined;
      if (contract.proofRequest === undefined) contract.state = ContractState.REFUSED;
    } else {
      contract.proofRequest = undefined;
      contract.refusalReasons = [];
      this.#approve(contract);
    }
    return answer(contract);
  }

  /** Work goes on behind the desk: whoever asks finds the contract one state further, as long as no one else is needed. */
  async get(credentials: ContractCredentials): Promise<Contract> {
    const contract = this.#owned(credentials);
    if (contract.state === ContractState.PREPARING_PROFILE) contract.state = ContractState.PROFILE_READY;
    if (contract.state === ContractState.VERIFYING_IDENTITY) contract.state = ContractState.PREPARING_PROFILE;
    return answer(contract);
  }

  async *watch(credentials: ContractCredentials): AsyncIterable<Contract> {
    yield answer(this.#owned(credentials));
    yield await this.get(credentials);
  }

  async cancel(credentials: ContractCredentials): Promise<Contract> {
    const contract = this.#owned(credentials);
    if ([ContractState.INSTALLED, ContractState.REFUSED, ContractState.EXPIRED].includes(contract.state)) {
      throw refusal('FAILED_PRECONDITION', 'CONTRACT_STATE_UNSUITABLE');
    }
    contract.state = ContractState.CANCELLED;
    this.waiting.delete(contract.digest);
    return answer(contract);
  }

  async reportSteps(credentials: ContractCredentials, steps: StepTime[]): Promise<void> {
    this.#owned(credentials).steps = steps;
  }

  /** Takes an installation result: the contract is fulfilled, the event is deleted. */
  installed(iccid: string): void {
    const contract = [...this.contracts.values()].find((candidate) => candidate.iccid === iccid);
    if (contract === undefined) return;
    contract.state = ContractState.INSTALLED;
    this.waiting.delete(contract.digest);
  }

  /** A person accepts whatever waits for one. */
  decideReviews(): void {
    for (const contract of this.contracts.values()) {
      if (contract.state === ContractState.IDENTITY_IN_REVIEW) contract.state = ContractState.PREPARING_PROFILE;
    }
  }

  /** Lets every contract lapse, and what waits for it. */
  lapse(): void {
    for (const contract of this.contracts.values()) contract.state = ContractState.EXPIRED;
    this.waiting.clear();
  }

  #approve(contract: KeptContract): void {
    const isReviewed = this.policy.reviewed && contract.withDocuments;
    contract.state = isReviewed ? ContractState.IDENTITY_IN_REVIEW : ContractState.VERIFYING_IDENTITY;
    contract.iccid = `8981${this.carrierOid.at(-1)}0000000000${String(++this.profilesMade).padStart(4, '0')}`;
    this.waiting.set(contract.digest, {
      contractId: contract.id,
      iccid: contract.iccid,
      certificate: contract.withDocuments ? issuedCertificate() : undefined,
    });
  }

  #owned({ contractId, contractToken }: ContractCredentials): KeptContract {
    const contract = this.contracts.get(contractId);
    if (contract?.token.equals(contractToken) !== true) throw refusal('NOT_FOUND', 'CONTRACT_NOT_FOUND');
    return contract;
  }
}

function newContract(id: string): KeptContract {
  return {
    id,
    token: nonce(),
    state: ContractState.APPLIED,
    nonce: nonce(),
    digest: '',
    withDocuments: false,
    proofRequest: undefined,
    capture: undefined,
    stepUpReasons: [],
    refusalReasons: [],
    lastSubmission: '',
    iccid: '',
    steps: [],
  };
}

function newProofRequest(triesLeft = 2): IdentityProofRequest {
  return {
    identityProofRequestId: randomUUID(),
    motions: [],
    nonce: nonce(),
    expireTime: undefined,
    triesLeft,
    prompt: undefined,
  };
}

/** Looking straight, and two motions. */
const promptMotions = [HeadMotion.UNSPECIFIED, HeadMotion.LEFT, HeadMotion.UP];

function promptOf(promptNumber: number, { promptExpireTime }: CarrierPolicy): CapturePrompt {
  return {
    promptNumber,
    promptsTotal: promptMotions.length,
    kind: promptNumber === 0 ? CapturePromptKind.LOOK_STRAIGHT : CapturePromptKind.HEAD_MOTION,
    motion: promptMotions[promptNumber] ?? HeadMotion.UNSPECIFIED,
    colours: [],
    nonce: nonce(),
    expireTime: promptExpireTime?.(),
    minFrames: 3,
    maxFrames: 12,
  };
}

function answer(contract: KeptContract): Contract {
  const awaits = contract.state === ContractState.APPLIED || contract.state === ContractState.STEP_UP_REQUIRED;
  return {
    contractId: contract.id,
    state: contract.state,
    nonce: awaits ? contract.nonce : Buffer.alloc(0),
    identityProofRequest: contract.proofRequest,
    stepUpReasons: contract.stepUpReasons,
    refusalReasons: contract.refusalReasons,
    relayAddress: 'relay.tegata.example',
    iccid: contract.iccid,
    expireTime: undefined,
    certificateWaiting: contract.withDocuments,
  };
}

function issuedCertificate(): IssuedCertificate {
  const opening = { name: 'birth_date', value: '1990-04-01', salt: Buffer.alloc(16) };
  return { certificateChain: [Buffer.from('identity certificate')], attributeOpenings: [opening] };
}

function nonce(): Buffer {
  return createHash('sha256').update(randomUUID()).digest();
}

function refusal(
  status: 'FAILED_PRECONDITION' | 'PERMISSION_DENIED' | 'INVALID_ARGUMENT' | 'NOT_FOUND',
  reason: string,
) {
  return new ServiceError({ status, reason, message: reason });
}
