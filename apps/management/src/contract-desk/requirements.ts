import { EvidenceKind } from '@tegata/contracts/authentication-v1';
import { type ContractRequirements, LocalAuthenticationMethod } from '@tegata/contracts/management-v1';
import type { ContractPolicy } from '../carrier.ts';

const evidenceKinds: Readonly<Record<string, EvidenceKind>> = {
  'document-image': EvidenceKind.DOCUMENT_IMAGE,
  'document-chip': EvidenceKind.DOCUMENT_CHIP,
  'national-id-certificate': EvidenceKind.PUBLIC_KEY,
};
const methods: Readonly<Record<string, LocalAuthenticationMethod>> = {
  password: LocalAuthenticationMethod.PASSWORD,
  fingerprint: LocalAuthenticationMethod.FINGERPRINT,
  face: LocalAuthenticationMethod.FACE,
};

/** Kinds of evidence that satisfy a policy. */
export const acceptedEvidenceOf = ({ acceptedEvidence }: ContractPolicy): EvidenceKind[] =>
  acceptedEvidence.flatMap((name) => evidenceKinds[name] ?? []);

/** A carrier's policy in the words of the contract desk. Names this version doesn't know are left out. */
export function requirementsOf(policy: ContractPolicy): ContractRequirements {
  return {
    acceptedEvidence: acceptedEvidenceOf(policy),
    acceptedMethods: policy.acceptedMethods.flatMap((name) => methods[name] ?? []),
    assertionMaxAgeSeconds: policy.assertionMaxAgeSeconds,
    certificateMaxAgeDays: policy.certificateMaxAgeDays,
    minimumAssuranceLevel: policy.minimumAssuranceLevel,
  };
}
