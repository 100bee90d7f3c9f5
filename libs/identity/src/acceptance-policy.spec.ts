import { type AcceptancePolicy, judgeAcceptance } from './acceptance-policy.ts';
import { days, now } from './testing/world.ts';

const certificate = {
  method: 'document-and-id-photo',
  evidenceClass: 'document-image',
  assuranceLevel: 2,
  verifiedAt: now,
};
const authentication = { method: 'password', verifiedIn: 'eUICC' } as const;
const policy: AcceptancePolicy = {
  acceptedEvidence: ['document-image'],
  minimumAssuranceLevel: 2,
  certificateMaxAgeDays: 365,
  acceptedMethods: ['password'],
};

function missing(
  change: Partial<AcceptancePolicy>,
  at = now,
  factor: Parameters<typeof judgeAcceptance>[1] = authentication,
): string[] {
  const judgement = judgeAcceptance(certificate, factor, { ...policy, ...change }, at);
  return judgement.accepted ? [] : judgement.reasons.map(({ code }) => code);
}

describe('a carrier’s policy', () => {
  test('accepts what meets it, to the last moment', () => {
    expect(missing({})).toEqual([]);
    expect(missing({}, days(365))).toEqual([]);
    expect(missing({ acceptedVerificationMethods: ['document-and-id-photo'], requiredVerifier: 'eUICC' })).toEqual([]);
  });

  test.each<[string, Partial<AcceptancePolicy>]>([
    ['CERTIFICATE_EVIDENCE_NOT_ACCEPTED', { acceptedEvidence: ['document-chip'] }],
    ['CERTIFICATE_METHOD_NOT_ACCEPTED', { acceptedVerificationMethods: ['in-person'] }],
    ['CERTIFICATE_ASSURANCE_TOO_LOW', { minimumAssuranceLevel: 3 }],
    ['LOCAL_FACTOR_NOT_ACCEPTED', { acceptedMethods: ['face'] }],
    ['LOCAL_FACTOR_VERIFIER_NOT_ACCEPTED', { requiredVerifier: 'terminal' }],
  ])('asks for a step-up: %s', (code, change) => {
    expect(missing(change)).toEqual([code]);
  });

  test('tells all that is missing at once, each with a sentence', () => {
    const strict = { acceptedEvidence: [], minimumAssuranceLevel: 4, acceptedMethods: [] };
    const judgement = judgeAcceptance(certificate, authentication, { ...policy, ...strict }, days(366));
    if (judgement.accepted) throw new Error('accepted');
    expect(judgement.reasons.map(({ code }) => code)).toEqual([
      'CERTIFICATE_EVIDENCE_NOT_ACCEPTED',
      'CERTIFICATE_ASSURANCE_TOO_LOW',
      'CERTIFICATE_TOO_OLD',
      'LOCAL_FACTOR_NOT_ACCEPTED',
    ]);
    for (const { sentence } of judgement.reasons) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });
});
