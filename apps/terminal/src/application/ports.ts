import type { IssuedCertificate, SealedEnvelope } from '@tegata/contracts/authentication-v1';
import type { ProfileInfo } from '@tegata/contracts/gsma-rsp-v2';
import type {
  ApplyForContractResponse,
  Contract,
  StepTime,
  SubmitContractInformationRequest,
} from '@tegata/contracts/management-v1';

/** What makes a contract this terminal's. */
export interface ContractCredentials {
  readonly contractId: string;
  /** 32 octets. */
  readonly contractToken: Uint8Array;
}

/** A carrier's contract desk (tegata.management.v1.ContractDesk), as an application uses it. */
export interface ContractDesk {
  apply(applicationId: Uint8Array, signal: AbortSignal): Promise<ApplyForContractResponse>;
  submitInformation(request: SubmitContractInformationRequest, signal: AbortSignal): Promise<Contract>;
  /** S16: the contract with the first prompt; under the same capture id (16 octets) always the same. */
  beginCapture(
    credentials: ContractCredentials,
    proofRequestId: string,
    captureId: Uint8Array,
    signal: AbortSignal,
  ): Promise<Contract>;
  /** S19: the sealed frames of one prompt; the contract with the next, or after the decision. */
  submitCapture(
    credentials: ContractCredentials,
    proofRequestId: string,
    promptNumber: number,
    segment: SealedEnvelope,
    signal: AbortSignal,
  ): Promise<Contract>;
  get(credentials: ContractCredentials, signal: AbortSignal): Promise<Contract>;
  /** The contract as it stands and at every change; ends when the carrier ends it. */
  watch(credentials: ContractCredentials, signal: AbortSignal): AsyncIterable<Contract>;
  /** Gives the contract up; CONTRACT_STATE_UNSUITABLE once it is installed, refused or lapsed. */
  cancel(credentials: ContractCredentials, signal: AbortSignal): Promise<Contract>;
  reportSteps(credentials: ContractCredentials, steps: StepTime[], signal: AbortSignal): Promise<void>;
}

/** The local-authentication application of the eUICC. */
export interface LocalAuthenticator {
  status(): Promise<{ readonly registered: boolean; readonly triesLeft: number }>;
  /** Compares the password and signs the outcome for one contract; a wrong password is an outcome, not an error. */
  authenticate(attempt: {
    readonly password: string;
    readonly contractId: string;
    readonly nonce: Uint8Array;
    readonly carrierOid: string;
    readonly time: Date;
  }): Promise<{ readonly success: boolean; readonly assertion: Uint8Array; readonly triesLeft: number }>;
  /** S18: signs the chain over captured frames after one prompt. Returns the statement, DER with the tag FF56. */
  signCapture(segment: {
    readonly contractId: string;
    readonly identityProofRequestId: string;
    readonly promptNumber: number;
    readonly promptNonce: Uint8Array;
    readonly frameCount: number;
    readonly chainHead: Uint8Array;
    readonly time: Date;
  }): Promise<Uint8Array>;
}

/** The identity certificate in the eUICC. */
export interface CertificateStore {
  isStored(): Promise<boolean>;
  /** S47: once after each successful local authentication for the same contract. CERTIFICATE_OUTPUT_FORBIDDEN. */
  release(contractId: string): Promise<IssuedCertificate>;
  /** S33; storing the same again changes nothing. */
  store(certificate: IssuedCertificate): Promise<void>;
}

/** What a sealed message is for; the info of its envelope. */
export type SealPurpose = 'tegata identity documents v1' | 'tegata capture segment v1';

/**
 * Seals for the authentication server, after checking the chain of its encryption key against the identity root.
 * ENCRYPTION_KEY_UNTRUSTED.
 */
export type Seal = (
  encryptionChain: readonly Uint8Array[],
  purpose: SealPurpose,
  contractId: string,
  plaintext: Uint8Array,
) => Promise<SealedEnvelope>;

/** What waits under a data acquisition key. */
export interface Acquisition {
  readonly eventId: string;
  readonly rspServerAddress: string;
  /** Present in the first flow. */
  readonly certificate: IssuedCertificate | undefined;
}

/** A profile to download. */
export interface Download {
  readonly rspServerAddress: string;
  readonly eventId: string;
  /** ICCID the profile must have; any other is refused before it is installed. */
  readonly iccid: string;
  /** Called when the bound profile package has arrived and before it is loaded. */
  readonly onReceived: () => void;
}

/** The LPA with the relay it works through. */
export interface Provisioning {
  /** Shows the key in an ES11 session. NOTHING_TO_ACQUIRE. */
  acquire(dataAcquisitionKey: Uint8Array, signal: AbortSignal): Promise<Acquisition>;
  /** Downloads and installs a profile over the relay's ES9+. */
  download(download: Download, signal: AbortSignal): Promise<void>;
  /** Delivers every pending notification that can be; returns what is left for this ICCID. */
  deliverNotifications(iccid: string, signal: AbortSignal): Promise<number>;
}

/** The profiles in the eUICC. */
export interface Profiles {
  find(iccid: string): Promise<ProfileInfo | undefined>;
  /** PROFILE_NOT_ENABLED. */
  enable(iccid: string): Promise<void>;
  /** IMSI of the enabled profile, read from its USIM. */
  readImsi(): Promise<string>;
}
