import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { CapturePromptKind, type IdentityProofRequest } from '@tegata/contracts/authentication-v1';
import { type ApplyForContractResponse, type Contract, ContractState } from '@tegata/contracts/management-v1';
import { AcquisitionService } from '@tegata/contracts/relay-v1';
import { parseIdentityCertificate } from '@tegata/identity';
import type { CaptureName, SampleApplicant } from '@tegata/sample-applicant';
import { renderedApplicant } from '@tegata/sample-applicant/testing';
import type { Connection } from '@tegata/service-kit';
import {
  type Answer,
  asAsked,
  Capture,
  captureName,
  type Deviation,
  frames,
  type SentFrame,
} from './testing/capture.ts';
import { apply, contractDesk, Device, reasonOf, submissionWithDocuments } from './testing/device.ts';
import { relaySession } from './testing/relay-session.ts';
import { TestNetwork } from './testing/test-network.ts';

const opposite: Readonly<Record<CaptureName, CaptureName>> = {
  straight: 'straight',
  left: 'right',
  right: 'left',
  up: 'down',
  down: 'up',
};

/** A person before the camera, a carrier, and the servers behind it: S12 to S32 of the first flow. */
describe('identity verification', () => {
  let network: TestNetwork;
  let aozora: Connection;
  let relay: Connection;
  let holder: SampleApplicant;
  let stranger: SampleApplicant;

  beforeAll(async () => {
    network = await TestNetwork.start({ authentication: { TEGATA_DOCUMENT_LIGHT: 'required' } });
    aozora = network.asTerminal('management/aozora');
    relay = network.asTerminal('relay');
    holder = await renderedApplicant('holder');
    stranger = await renderedApplicant('stranger');
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

  const begin = (device: Device, open: ApplyForContractResponse, proof: IdentityProofRequest) => {
    const recipient = network.trust.authenticationEncryption;
    return Capture.begin({ device, open, carrier: aozora, recipient }, proof.identityProofRequestId);
  };

  it('accepts the person whose document it is, and lets the right eUICC alone acquire certificate and profile', async () => {
    const { device, open, key, proof } = await proofRequested();
    const contract = await (await begin(device, open, proof)).answerAll(asAsked(holder));
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
    expect([...certificate.attributeDigests.keys()].sort()).toEqual(['birth_date', 'family_name', 'given_name']);
    // An interrupted terminal asks again and gets the same.
    expect(await acquisition.acquire({ transactionId: session, dataAcquisitionKey: key })).toEqual(acquired);
  }, 120_000);

  it('refuses another person, asks again with other motions, and gives up after three ID photos', async () => {
    const { device, open, proof } = await proofRequested();
    const first = await (await begin(device, open, proof)).answerAll(asAsked(stranger));
    expect(first.state).toBe(ContractState.IDENTITY_PROOF_REQUESTED);
    expect(codes(first)).toContain('FACE_NOT_MATCHING');
    const second = required(first.identityProofRequest);
    expect(second.identityProofRequestId).not.toBe(proof.identityProofRequestId);
    expect(second.triesLeft).toBe(1);

    // A capture for the request before is not begun.
    expect(await reasonOf(begin(device, open, proof))).toBe('IDENTITY_PROOF_EXPIRED');

    const still: Answer = (prompt, k) => {
      const sent = asAsked(holder)(prompt, k);
      return sent.map((frame) => ({ ...frame, image: required(holder.captures.straight[0]) }));
    };
    const frozen = await (await begin(device, open, second)).answerAll(still);
    expect(frozen.state).toBe(ContractState.IDENTITY_PROOF_REQUESTED);
    expect(codes(frozen)).toEqual(expect.arrayContaining(['PICTURE_FROZEN', 'SCREEN_LIGHT_NOT_SEEN']));

    const wrong: Answer = (prompt, k) =>
      prompt.colours.length > 0
        ? asAsked(holder)(prompt, k)
        : frames(holder.captures[opposite[captureName(prompt)]], k);
    const last = await (await begin(device, open, required(frozen.identityProofRequest))).answerAll(wrong);
    expect(last.state).toBe(ContractState.REFUSED);
    expect(codes(last).some((code) => code.startsWith('PROMPT_'))).toBe(true);
  }, 180_000);

  it('asks for the document before the camera last, and refuses one that a screen shows, and another', async () => {
    const screen = { ...holder, documentLit: required(holder.screenLit) };
    const { device, open, proof } = await proofRequested();
    const asked: CapturePromptKind[] = [];
    const shownOnScreen: Answer = (prompt, k) => {
      asked.push(prompt.kind);
      return asAsked(prompt.kind === CapturePromptKind.DOCUMENT_COLOURS ? screen : holder)(prompt, k);
    };
    const first = await (await begin(device, open, proof)).answerAll(shownOnScreen);
    expect(codes(first)).toEqual(['DOCUMENT_LIGHT_NOT_SEEN']);
    const { SCREEN_COLOURS, DOCUMENT_COLOURS } = CapturePromptKind;
    expect(asked.slice(-2)).toEqual([SCREEN_COLOURS, DOCUMENT_COLOURS]);

    const another: Answer = (prompt, k) => asAsked(prompt.kind === DOCUMENT_COLOURS ? stranger : holder)(prompt, k);
    const second = await (await begin(device, open, required(first.identityProofRequest))).answerAll(another);
    expect(['DOCUMENT_CHANGED', 'DOCUMENT_NOT_SHOWN']).toContain(codes(second)[0]);
  }, 180_000);

  it('tells the next prompt only after the frames of the one before, and none before the capture begins', async () => {
    const { device, open, proof } = await proofRequested();
    expect([proof.motions, proof.prompt]).toEqual([[], undefined]);
    const capture = await begin(device, open, proof);
    const nonces = new Set<string>();
    const { promptsTotal } = capture.prompt;
    for (let k = 0; k + 1 < promptsTotal; k++) {
      expect(capture.prompt.promptNumber).toBe(k);
      nonces.add(capture.prompt.nonce.toString('hex'));
      await capture.answer(asAsked(holder));
    }
    expect(nonces.size).toBe(promptsTotal - 1);
  }, 60_000);

  it('refuses frames that are not those the eUICC signed for this prompt, each with its reason, and goes on with the right ones', async () => {
    const { device, open, proof } = await proofRequested();
    const capture = await begin(device, open, proof);
    const first = capture.prompt;
    await capture.answer(asAsked(holder));
    const refused = async (deviation: Deviation, answer: Answer = asAsked(holder)) =>
      reasonOf(capture.answer(answer, deviation));

    const stranger = await Device.manufactured(network.pki);
    expect(await refused({ device: stranger })).toBe('CAPTURE_SIGNATURE_INVALID');
    expect(await refused({ stated: { promptNonce: first.nonce } })).toBe('CAPTURE_OF_ANOTHER_PROMPT');
    expect(await refused({ stated: { promptNumber: 0 } })).toBe('CAPTURE_OF_ANOTHER_PROMPT');
    const otherContract = { contractId: randomUUID() };
    expect(await refused({ stated: otherContract })).toBe('CAPTURE_OF_ANOTHER_PROMPT');
    expect(await refused({ sent: (signed) => signed.slice(1) })).toBe('CAPTURE_CHAIN_BROKEN');
    expect(await refused({ sent: (signed) => [...signed].reverse() })).toBe('CAPTURE_TIMES_UNORDERED');
    const swapped = (signed: readonly SentFrame[]) =>
      signed.map((frame, k) => ({ ...frame, image: required(signed.at(-1 - k)).image }));
    expect(await refused({ sent: swapped })).toBe('CAPTURE_CHAIN_BROKEN');
    expect(await refused({}, (prompt) => asAsked(holder)(prompt, 0))).toBe('CAPTURE_TIMES_UNORDERED');
    const tenThousand: Answer = (_, k) => frames(Array(10_000).fill(Buffer.of(1)), k);
    expect(await refused({}, tenThousand)).toBe('CAPTURE_FRAMES_TOO_MANY');
    expect(await refused({ sent: () => [] })).toBe('ID_PHOTO_INCOMPLETE');

    const { triesLeft } = required(capture.contract.identityProofRequest);
    expect(triesLeft).toBe(proof.triesLeft);
    const contract = await finish(capture, asAsked(holder));
    expect(codes(contract)).toEqual([]);
    await ready(open);
  }, 120_000);

  it('gives a capture up that is begun again under another identifier, for a try', async () => {
    const { device, open, proof } = await proofRequested();
    const setting = { device, open, carrier: aozora, recipient: network.trust.authenticationEncryption };
    const id = randomBytes(16);
    const begun = await Capture.begin(setting, proof.identityProofRequestId, id);
    const again = await Capture.begin(setting, proof.identityProofRequestId, id);
    expect(again.prompt).toEqual(begun.prompt);
    const other = await Capture.begin(setting, proof.identityProofRequestId);
    const renewed = required(other.contract.identityProofRequest);
    expect(renewed.identityProofRequestId).not.toBe(proof.identityProofRequestId);
    expect([renewed.prompt, renewed.triesLeft]).toEqual([undefined, proof.triesLeft - 1]);
    expect(await reasonOf(begun.answer(asAsked(holder)))).toBe('IDENTITY_PROOF_EXPIRED');
  }, 60_000);

  it('no longer takes an ID photo in one go, unsigned', async () => {
    const { open, proof } = await proofRequested();
    const { contractId, contractToken } = open;
    const { identityProofRequestId } = proof;
    const header = { contractId, contractToken, identityProofRequestId, encapsulatedKey: Buffer.alloc(65, 4) };
    const old = contractDesk(aozora).submitIdPhoto([{ part: { $case: 'header' as const, value: header } }]);
    expect(await reasonOf(old)).toBe('ID_PHOTO_UNSIGNED');
  }, 60_000);

  /** Answers what is left of a capture. */
  async function finish(capture: Capture, answer: Answer): Promise<Contract> {
    while (capture.contract.identityProofRequest?.prompt) await capture.answer(answer);
    return capture.contract;
  }

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
