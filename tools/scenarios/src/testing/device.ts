import { randomBytes, randomUUID } from 'node:crypto';
import { EvidenceKind, IdentityDocuments } from '@tegata/contracts/authentication-v1';
import {
  type ApplyForContractResponse,
  ContractDeskService,
  type SubmitContractInformationRequest,
} from '@tegata/contracts/management-v1';
import { type LocalAuthentication, sealEnvelope, sealPurposes, signAssertion } from '@tegata/identity';
import { InProcessKey, loadEum, type ManufacturedEuicc, manufactureEuicc } from '@tegata/pki';
import type { Connection } from '@tegata/service-kit';
import type { Certificate } from '@tegata/x509';

/** A device whose every message a test chooses: the keys of a real eUICC, no rules. */
export class Device {
  readonly euicc: ManufacturedEuicc;

  constructor(euicc: ManufacturedEuicc) {
    this.euicc = euicc;
  }

  /** A new eUICC of the manufacturer whose PKI is in a folder. */
  static async manufactured(pki: string): Promise<Device> {
    return new Device(await manufactureEuicc(await loadEum(pki), { random: randomBytes, at: new Date() }));
  }

  get eid(): string {
    return this.euicc.eid;
  }

  /** A signed assertion: right for the contract unless a test says otherwise. */
  assertion(
    { contractId, nonce, carrierOid }: ApplyForContractResponse,
    deviation: Partial<LocalAuthentication> = {},
  ): Promise<Uint8Array> {
    const { eid, privateKey, euiccCertificate, eumCertificate } = this.euicc;
    return signAssertion(
      {
        contractId,
        nonce,
        carrierOid,
        eid,
        method: 'password',
        outcome: 'success',
        verifiedIn: 'eUICC',
        counter: 1,
        time: new Date(),
        ...deviation,
      },
      { key: new InProcessKey(privateKey), euiccCertificate: euiccCertificate.raw, eumCertificate: eumCertificate.raw },
    );
  }
}

/** What the applicant of these tests says about themselves. */
export const applicant = {
  familyName: 'Himitsuyama',
  givenName: 'Nagisa',
  birthDate: { year: 1996, month: 4, day: 12 },
  address: '3-9 Naishomachi, Utopia',
};

/** The contract desk as a test calls it. */
export const contractDesk = (connection: Connection) => connection.client(ContractDeskService);

/** Opens a contract as a terminal does. */
export const apply = (connection: Connection) =>
  contractDesk(connection).applyForContract({ applicationId: randomBytes(16) });

/** A submission with identity documents sealed to authentication. */
export async function submissionWithDocuments(
  device: Device,
  contract: ApplyForContractResponse,
  recipient: Certificate,
  {
    assertion,
    documentImage = randomBytes(64),
    eid,
    evidence = { kind: EvidenceKind.DOCUMENT_IMAGE, documentImage: Buffer.from(documentImage) },
    named = applicant,
  }: {
    assertion?: Uint8Array;
    documentImage?: Uint8Array;
    eid?: string;
    evidence?: Partial<IdentityDocuments>;
    named?: typeof applicant;
  } = {},
): Promise<SubmitContractInformationRequest> {
  const { year, month, day } = named.birthDate;
  const birthDate = [year, month, day].map((part) => String(part).padStart(2, '0')).join('-');
  const documents = IdentityDocuments.encode(
    IdentityDocuments.fromPartial({
      ...evidence,
      declaredAttributes: [
        { name: 'family_name', value: named.familyName },
        { name: 'given_name', value: named.givenName },
        { name: 'birth_date', value: birthDate },
        { name: 'address', value: named.address },
      ],
    }),
  ).finish();
  const sealed = await sealEnvelope({
    recipient,
    purpose: sealPurposes.identityDocuments,
    binding: contract.contractId,
    plaintext: documents,
  });
  return {
    ...(await submission(device, contract, assertion, eid)),
    applicant: named,
    identity: { $case: 'sealedIdentityDocuments', value: sealed },
  };
}

/** A submission with an identity certificate. */
export async function submissionWithCertificate(
  device: Device,
  contract: ApplyForContractResponse,
  certificateChain: readonly Uint8Array[],
  assertion?: Uint8Array,
): Promise<SubmitContractInformationRequest> {
  return {
    ...(await submission(device, contract, assertion)),
    identity: {
      $case: 'certificate',
      value: { certificateChain: certificateChain.map((der) => Buffer.from(der)), disclosedAttributes: [] },
    },
  };
}

async function submission(
  device: Device,
  contract: ApplyForContractResponse,
  assertion?: Uint8Array,
  eid?: string,
): Promise<Omit<SubmitContractInformationRequest, 'identity'>> {
  return {
    contractId: contract.contractId,
    contractToken: contract.contractToken,
    applicant,
    eid: eid ?? device.eid,
    localAuthenticationAssertion: Buffer.from(assertion ?? (await device.assertion(contract))),
    dataAcquisitionKeyDigest: randomBytes(32),
  };
}

/** The reason a call is refused with; fails when it is not refused. */
export async function reasonOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return (error as { reason?: string }).reason ?? String(error);
  }
  throw new Error('the call was not refused');
}

/** A UUID that is no contract's. */
export const anotherContract = (): string => randomUUID();
