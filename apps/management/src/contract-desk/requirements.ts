import { EvidenceKind } from '@tegata/contracts/authentication-v1';
import { type ContractRequirements, LocalAuthenticationMethod } from '@tegata/contracts/management-v1';
import type { ContractPolicy } from '../carrier.ts';

/** Kinds of evidence by the names that policies and certificates have for their classes. */
export const evidenceKinds: Readonly<Record<string, EvidenceKind>> = {
  'document-image': EvidenceKind.DOCUMENT_IMAGE,
  'document-chip': EvidenceKind.DOCUMENT_CHIP,
  'national-id-certificate': EvidenceKind.PUBLIC_KEY,
};
/** Kinds of local authentication by their names in policies. */
export const methods: Readonly<Record<string, LocalAuthenticationMethod>> = {
  password: LocalAuthenticationMethod.PASSWORD,
  fingerprint: LocalAuthenticationMethod.FINGERPRINT,
  face: LocalAuthenticationMethod.FACE,
};

/** Kinds of evidence that satisfy a policy. */
export const acceptedEvidenceOf = ({ acceptedEvidence }: ContractPolicy): EvidenceKind[] =>
  acceptedEvidence.flatMap((name) => evidenceKinds[name] ?? []);

/** A carrier's policy in the words of the contract desk. `readCarrier` lets no other names into it. */
export function requirementsOf(policy: ContractPolicy): ContractRequirements {
  return {
    acceptedEvidence: acceptedEvidenceOf(policy),
    acceptedMethods: policy.acceptedMethods.flatMap((name) => methods[name] ?? []),
    assertionMaxAgeSeconds: policy.assertionMaxAgeSeconds,
    certificateMaxAgeDays: policy.certificateMaxAgeDays,
    minimumAssuranceLevel: policy.minimumAssuranceLevel,
    requiredAttributes: [...(policy.requiredAttributes ?? [])],
  };
}
