import type { Applicant, CertificatePresentation } from '@tegata/contracts/management-v1';
import {
  checkDisclosure,
  comparedValue,
  type GenuineAssertion,
  type IdentityCertificate,
  IdentityCertificateError,
  judgeAcceptance,
  verifyIdentityCertificate,
} from '@tegata/identity';
import type { ManagementContext } from '../context.ts';
import { applicationAttributes } from './application-attributes.ts';
import { knownCertificateStatus } from './certificate-status.ts';

/** Why a certificate is not enough, for a person and for a machine. */
export interface StepUpReason {
  readonly code: string;
  readonly sentence: string;
}

/** What a certificate is worth for an application. */
export interface CertificateJudgement {
  /** none when the certificate is enough */
  readonly stepUpReasons: readonly StepUpReason[];
  /** names of what was typed that the certificate was not shown to say */
  readonly unconfirmedAttributes: readonly string[];
}

/** What is wrong with the attributes that are disclosed. */
export const disclosureSentences = {
  ATTRIBUTE_NOT_CERTIFIED: 'A disclosed attribute is not in the identity certificate.',
  ATTRIBUTE_DIGEST_MISMATCH: 'A disclosed attribute is not the one that was certified.',
  ATTRIBUTE_MALFORMED: 'A disclosed attribute can not be read.',
  ATTRIBUTE_REQUIRED: 'An attribute that the carrier requires was not disclosed.',
  ATTRIBUTE_DIFFERS_FROM_APPLICATION: 'A disclosed attribute differs from what the application says.',
} as const;

/**
 * S50: whether an identity certificate shows this carrier that the holder of this EID was verified: issued under the
 * trusted root, in date, for the eUICC that signed the assertion, not revoked, as the carrier's policy wants it, and in
 * agreement with the application. Asks nobody.
 */
export async function judgeCertificate(
  context: ManagementContext,
  { certificateChain, disclosedAttributes }: CertificatePresentation,
  applicant: Applicant | undefined,
  assertion: GenuineAssertion,
): Promise<CertificateJudgement> {
  const { carrier, keys, clock } = context;
  const { root, issuingCa } = keys.identity;
  const held = await knownCertificateStatus(context);
  let certificate: IdentityCertificate;
  try {
    certificate = verifyIdentityCertificate(certificateChain, {
      root,
      issuingCas: [issuingCa],
      at: clock(),
      eid: assertion.eid,
      euiccPublicKey: assertion.euicc.euicc.publicKey,
      status: { ...(held && { held }), maximumAgeSeconds: carrier.policy.statusMaxAgeHours * 3600 },
    });
  } catch (error) {
    if (!(error instanceof IdentityCertificateError)) throw error;
    return { stepUpReasons: [{ code: error.code, sentence: error.message }], unconfirmedAttributes: [] };
  }
  const acceptance = judgeAcceptance(certificate, assertion, carrier.policy, clock());
  if (!acceptance.accepted) return { stepUpReasons: acceptance.reasons, unconfirmedAttributes: [] };
  const { verified, refused } = checkDisclosure(certificate.attributeDigests, disclosedAttributes);
  const applied = new Map(
    applicationAttributes(applicant).map(({ name, value }) => [name, comparedValue(name, value)]),
  );
  const differs = [...verified].some(
    ([name, value]) => applied.has(name) && applied.get(name) !== comparedValue(name, value),
  );
  const isMissing = (carrier.policy.requiredAttributes ?? []).some((name) => !verified.has(name));
  const codes: (keyof typeof disclosureSentences)[] = [
    ...new Set(refused.map(({ code }) => code)),
    ...(isMissing && refused.length === 0 ? (['ATTRIBUTE_REQUIRED'] as const) : []),
    ...(differs ? (['ATTRIBUTE_DIFFERS_FROM_APPLICATION'] as const) : []),
  ];
  return {
    stepUpReasons: codes.map((code) => ({ code, sentence: disclosureSentences[code] })),
    unconfirmedAttributes: [...applied]
      .filter(([name, typed]) => typed !== '' && !verified.has(name))
      .map(([name]) => name),
  };
}
