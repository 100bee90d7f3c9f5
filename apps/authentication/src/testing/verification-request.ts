import { randomBytes, randomUUID } from 'node:crypto';
import { IdentityDocuments, type StartVerificationRequest } from '@tegata/contracts/authentication-v1';
import { applicantDigest, sealEnvelope, sealPurposes, signAssertion } from '@tegata/identity';
import { InProcessKey } from '@tegata/pki';
import type { TestContext } from './test-context.ts';

/** S14 as a carrier sends it, for the eUICC of a test context, with documents sealed to its server. */
export async function verificationRequest(
  { context, euicc }: TestContext,
  documents: Partial<IdentityDocuments>,
  {
    contractId = randomUUID(),
    nonce = randomBytes(32),
    ...changes
  }: Partial<StartVerificationRequest> & { readonly nonce?: Uint8Array } = {},
): Promise<StartVerificationRequest> {
  const seal = (purpose: typeof sealPurposes.eid | typeof sealPurposes.identityDocuments, plaintext: Uint8Array) =>
    sealEnvelope({ recipient: context.keys.encryption.certificate, purpose, binding: contractId, plaintext });
  const assertion = await signAssertion(
    {
      ...{ contractId, nonce, carrierOid: '2.999.21', eid: euicc.eid, method: 'password' },
      ...{ counter: 1, outcome: 'success', verifiedIn: 'eUICC', time: context.clock() },
    },
    {
      key: new InProcessKey(euicc.privateKey),
      euiccCertificate: euicc.euiccCertificate.raw,
      eumCertificate: euicc.eumCertificate.raw,
    },
  );
  const octets = IdentityDocuments.encode(IdentityDocuments.fromPartial(documents)).finish();
  return {
    contractId,
    sealedEid: await seal(sealPurposes.eid, Buffer.from(euicc.eid, 'ascii')),
    sealedIdentityDocuments: await seal(sealPurposes.identityDocuments, octets),
    dataAcquisitionKeyDigest: randomBytes(32),
    localAuthenticationAssertion: Buffer.from(assertion),
    applicantDigest: Buffer.from(applicantDigest(documents.declaredAttributes ?? [], assertion)),
    ...{ acceptedEvidence: [], minimumAssuranceLevel: 0, maximumVerificationAgeDays: 0, requiredAttributes: [] },
    ...changes,
  };
}
