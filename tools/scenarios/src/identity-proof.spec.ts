import { createHash, randomBytes } from 'node:crypto';
import { HeadMotion, type IdentityProofRequest, IdPhoto } from '@tegata/contracts/authentication-v1';
import { type ApplyForContractResponse, type Contract, ContractState } from '@tegata/contracts/management-v1';
import { AcquisitionService } from '@tegata/contracts/relay-v1';
import type { CapturedFrame, Prompt } from '@tegata/ekyc';
import { parseIdentityCertificate, sealEnvelope, sealPurposes } from '@tegata/identity';
import { captureFor, type SampleApplicant, stillRepeated, wrongMotion } from '@tegata/sample-applicant';
import type { Connection } from '@tegata/service-kit';
import { apply, contractDesk, Device, reasonOf, submissionWithDocuments } from './testing/device.ts';
import { relaySession } from './testing/relay-session.ts';
import { renderedApplicant } from './testing/rendered-applicant.ts';
import { TestNetwork } from './testing/test-network.ts';

const prompts: Readonly<Partial<Record<HeadMotion, Prompt>>> = {
  [HeadMotion.LEFT]: 'left',
  [HeadMotion.RIGHT]: 'right',
  [HeadMotion.UP]: 'up',
  [HeadMotion.DOWN]: 'down',
};

/** A person before the camera, a carrier, and the servers behind it: S12 to S32 of the first flow. */
describe('identity verification', () => {
  let network: TestNetwork;
  let aozora: Connection;
  let relay: Connection;
  let holder: SampleApplicant;
  let stranger: SampleApplicant;

  beforeAll(async () => {
    network = await TestNetwork.start();
    aozora = network.asTerminal('management/aozora');
    relay = network.asTerminal('relay');
    holder = await renderedApplicant(0, 11);
    stranger = await renderedApplicant(1, 12);
  }, 180_000);

  afterAll(() => network?.stop(), 60_000);

  /** A contract whose documents are in order and that waits for the ID photo. */
  const proofRequested = async () => {
    const device = await Device.manufactured(network.pki);
    const open = await apply(aozora);
    const key = randomBytes(32);
    const request = await submissionWithDocuments(device, open, network.trust.authenticationEncryption, {
      documentImage: holder.document,
    });
    const dataAcquisitionKeyDigest = createHash('sha256').update(key).digest();
    const { contract } = await contractDesk(aozora).submitContractInformation({ ...request, dataAcquisitionKeyDigest });
    expect(contract?.state).toBe(ContractState.IDENTITY_PROOF_REQUESTED);
    return { device, open, key, proof: required(contract?.identityProofRequest) };
  };

  type Frames = (asked: readonly Prompt[]) => readonly CapturedFrame[];

  const submitPhoto = async (
    open: ApplyForContractResponse,
    proof: IdentityProofRequest,
    frames: Frames,
    nonce = proof.nonce,
  ): Promise<Contract> => {
    const asked = proof.motions.flatMap((motion) => prompts[motion] ?? []);
    const photo = IdPhoto.encode({
      nonce,
      frames: frames(asked).map(({ octets, promptIndex, capturedAtMs }) => ({
        image: Buffer.from(octets),
        motionNumber: promptIndex + 1,
        capturedAtMs,
      })),
    }).finish();
    const { encapsulatedKey, ciphertext } = await sealEnvelope({
      recipient: network.trust.authenticationEncryption,
      purpose: sealPurposes.idPhoto,
      binding: open.contractId,
      plaintext: photo,
    });
    const { contractId, contractToken } = open;
    const { identityProofRequestId } = proof;
    async function* parts() {
      const header = { contractId, contractToken, identityProofRequestId, encapsulatedKey };
      yield { part: { $case: 'header' as const, value: header } };
      for (let at = 0; at < ciphertext.length; at += 65_536) {
        yield { part: { $case: 'chunk' as const, value: ciphertext.subarray(at, at + 65_536) } };
      }
    }
    const { contract } = await contractDesk(aozora).submitIdPhoto(parts(), { timeoutMs: 120_000 });
    return required(contract);
  };

  it('accepts the person whose document it is, and lets the right eUICC alone acquire certificate and profile', async () => {
    const { device, open, key, proof } = await proofRequested();
    const contract = await submitPhoto(open, proof, (asked) => captureFor(holder, asked));
    expect(contract.refusalReasons).toEqual([]);
    expect([ContractState.PREPARING_PROFILE, ContractState.PROFILE_READY]).toContain(contract.state);
    await ready(open);

    const acquisition = relay.client(AcquisitionService);
    const session = await relaySession(device, relay, network.topology.relayAddress);
    const unknown = acquisition.acquire({ transactionId: session, dataAcquisitionKey: randomBytes(32) });
    expect(await reasonOf(unknown)).toBe('NOTHING_TO_ACQUIRE');

    const other = await Device.manufactured(network.pki);
    const foreign = await relaySession(other, relay, network.topology.relayAddress);
    const stolen = acquisition.acquire({ transactionId: foreign, dataAcquisitionKey: key });
    expect(await reasonOf(stolen)).toBe('NOTHING_TO_ACQUIRE');
    const noSession = acquisition.acquire({ transactionId: randomBytes(16), dataAcquisitionKey: key });
    expect(await reasonOf(noSession)).toBe('SESSION_UNKNOWN');

    const acquired = await acquisition.acquire({ transactionId: session, dataAcquisitionKey: key });
    expect(acquired.rspServerAddress).toBe('rsp.aozora.example');
    const [der] = acquired.certificate?.certificateChain ?? [];
    const certificate = parseIdentityCertificate(required(der));
    expect(certificate.eid).toBe(device.eid);
    expect([...certificate.attributeDigests.keys()].sort()).toEqual(['family_name', 'given_name']);
    // An interrupted terminal asks again and gets the same.
    expect(await acquisition.acquire({ transactionId: session, dataAcquisitionKey: key })).toEqual(acquired);
  }, 120_000);

  it('refuses another person, asks again with other motions, and gives up after three ID photos', async () => {
    const { open, proof } = await proofRequested();
    const first = await submitPhoto(open, proof, (asked) => captureFor(stranger, asked));
    expect(first.state).toBe(ContractState.IDENTITY_PROOF_REQUESTED);
    expect(codes(first)).toContain('FACE_NOT_MATCHING');
    const second = required(first.identityProofRequest);
    expect(second.identityProofRequestId).not.toBe(proof.identityProofRequestId);
    expect(second.triesLeft).toBe(1);

    // An ID photo for the request before is not looked at.
    expect(await reasonOf(submitPhoto(open, proof, (asked) => captureFor(holder, asked)))).toBe(
      'IDENTITY_PROOF_EXPIRED',
    );

    const still = await submitPhoto(open, second, (asked) => stillRepeated(holder, asked));
    expect(still.state).toBe(ContractState.IDENTITY_PROOF_REQUESTED);
    expect(codes(still)).toEqual(expect.arrayContaining(['PICTURE_FROZEN']));

    const last = await submitPhoto(open, required(still.identityProofRequest), (asked) => wrongMotion(holder, asked));
    expect(last.state).toBe(ContractState.REFUSED);
    expect(codes(last).some((code) => code.startsWith('PROMPT_'))).toBe(true);
  }, 180_000);

  it('refuses an ID photo that does not repeat the nonce, without using up a try', async () => {
    const { open, proof } = await proofRequested();
    const replayed = submitPhoto(open, proof, (asked) => captureFor(holder, asked), randomBytes(32));
    expect(await reasonOf(replayed)).toBe('IDENTITY_PROOF_EXPIRED');
    const { contract } = await contractDesk(aozora).getContract(open);
    expect(contract?.state).toBe(ContractState.IDENTITY_PROOF_REQUESTED);
    expect(contract?.identityProofRequest?.triesLeft).toBe(proof.triesLeft);
  }, 60_000);

  async function ready(open: ApplyForContractResponse): Promise<void> {
    for await (const { contract } of contractDesk(aozora).watchContract(open, { timeoutMs: 30_000 })) {
      if (contract?.state === ContractState.PROFILE_READY) return;
    }
    throw new Error('the profile did not become ready');
  }
});

const codes = (contract: Contract): string[] => contract.refusalReasons.map(({ code }) => code);

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('missing');
  return value;
}
