import { randomBytes } from 'node:crypto';
import { type Contract, ContractState } from '@tegata/contracts/management-v1';
import type { SampleApplicant } from '@tegata/sample-applicant';
import { renderedApplicant } from '@tegata/sample-applicant/testing';
import type { Connection } from '@tegata/service-kit';
import sharp from 'sharp';
import { type Answer, asAsked, Capture } from './testing/capture.ts';
import { apply, contractDesk, Device, submissionWithDocuments } from './testing/device.ts';
import { TestNetwork } from './testing/test-network.ts';

const day = 24 * 60 * 60 * 1000;

/** Whoever has the frames of a capture sorts them by other prompts, and has another eUICC sign them anew. */
describe('frames of an accepted capture that are signed anew', () => {
  let network: TestNetwork;
  let aozora: Connection;
  /** two takes of the same person: a motion that is asked twice is made twice */
  let takes: SampleApplicant[];

  beforeAll(async () => {
    network = await TestNetwork.start({ authentication: { TEGATA_FRAMES_KNOWN_MS: String(day) } });
    aozora = network.asTerminal('management/aozora');
    takes = [await renderedApplicant('holder'), await renderedApplicant('holder on another day')];
  }, 180_000);

  afterAll(() => network?.stop(), 60_000);

  const person = (): Answer => {
    const shown = new Map<string, number>();
    return (prompt, k) => {
      const what = `${prompt.kind} ${prompt.motion}`;
      const take = shown.get(what) ?? 0;
      shown.set(what, take + 1);
      return asAsked(takes[take] as SampleApplicant)(prompt, k);
    };
  };

  /** Applies for a contract with a new eUICC and the same document, and answers all prompts. */
  const applied = async (answer: Answer): Promise<Contract> => {
    const device = await Device.manufactured(network.pki);
    const open = await apply(aozora);
    const recipient = network.trust.authenticationEncryption;
    const documents = { documentImage: Buffer.from((takes[0] as SampleApplicant).document) };
    const request = await submissionWithDocuments(device, open, recipient, documents);
    const submission = { ...request, dataAcquisitionKeyDigest: randomBytes(32) };
    const { contract } = await contractDesk(aozora).submitContractInformation(submission);
    const id = contract?.identityProofRequest?.identityProofRequestId ?? '';
    return (await Capture.begin({ device, open, carrier: aozora, recipient }, id)).answerAll(answer);
  };
  const codes = ({ refusalReasons }: Contract) => refusalReasons.map(({ code }) => code);

  it('are refused as such, as they were and encoded anew', async () => {
    const first = await applied(person());
    expect(codes(first)).toEqual([]);
    expect([ContractState.PREPARING_PROFILE, ContractState.PROFILE_READY]).toContain(first.state);

    const again = await applied(person());
    expect([again.state, codes(again)]).toEqual([ContractState.IDENTITY_PROOF_REQUESTED, ['FRAMES_SEEN_BEFORE']]);

    const encodedAnew = new Map<Uint8Array, Buffer>();
    for (const { captures, lit } of takes) {
      for (const frame of [...Object.values(captures).flat(), ...Object.values(lit)]) {
        encodedAnew.set(frame, await sharp(frame).jpeg({ quality: 75 }).toBuffer());
      }
    }
    const answer = person();
    const disguised = await applied((prompt, k) =>
      answer(prompt, k).map((frame) => ({ ...frame, image: encodedAnew.get(frame.image) as Buffer })),
    );
    expect([disguised.state, codes(disguised)]).toEqual([
      ContractState.IDENTITY_PROOF_REQUESTED,
      ['FRAMES_SEEN_BEFORE'],
    ]);
  }, 240_000);
});
