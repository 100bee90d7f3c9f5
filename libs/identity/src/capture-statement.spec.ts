import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import fc from 'fast-check';
import { beginCaptureChain, type ChainedFrame, chainFrames } from './capture-chain.ts';
import {
  assembleCaptureStatement,
  type CaptureStatement,
  CaptureStatementError,
  captureStatementOctets,
  verifyCaptureStatement,
} from './capture-statement.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const request = '7c2f7f0e-5d6a-4b0c-9a52-8a1d8f0c1b2e';
const nonce = Buffer.alloc(32, 1);
const begin = beginCaptureChain(request, nonce, Buffer.alloc(16, 2));
const prompt = { promptNumber: 3, promptNonce: Buffer.alloc(32, 3) };
const frames: ChainedFrame[] = [0, 1, 2].map((k) => ({
  image: Buffer.from(`picture ${k}`),
  capturedAtMs: 200 * k,
  colourNumber: 0,
}));

const statement: CaptureStatement = {
  contractId: '0d3f2b8c-5a61-4e0f-9c1d-2e3f4a5b6c7d',
  identityProofRequestId: request,
  ...prompt,
  eid: '89049032123451234512345678901235',
  frameCount: frames.length,
  chainHead: chainFrames(begin, prompt, frames),
  time: new Date('2026-11-28T00:00:00Z'),
};
const expected = { ...statement, euiccKey: publicKey };

function signed(said: CaptureStatement, key: KeyObject = privateKey): Uint8Array {
  const octets = captureStatementOctets(said);
  return assembleCaptureStatement(octets, sign('sha256', octets, { key, dsaEncoding: 'ieee-p1363' }));
}

const refused = (code: string) => expect.objectContaining({ code });

describe("an eUICC's statement over captured frames", () => {
  it('is accepted for the frames, prompt, contract and eUICC that it names', () => {
    expect(verifyCaptureStatement(signed(statement), expected)).toEqual(statement);
  });

  it('is refused when another eUICC signed it', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const forged = () => verifyCaptureStatement(signed(statement, other), expected);
    expect(forged).toThrow(refused('CAPTURE_SIGNATURE_INVALID'));
  });

  it.each<[string, Partial<CaptureStatement>]>([
    ['another contract', { contractId: '11111111-5a61-4e0f-9c1d-2e3f4a5b6c7d' }],
    ['another request for an ID photo', { identityProofRequestId: '11111111-5d6a-4b0c-9a52-8a1d8f0c1b2e' }],
    ['another prompt', { promptNumber: 2 }],
    ['an earlier nonce', { promptNonce: Buffer.alloc(32, 9) }],
    ['another eUICC', { eid: '89049032123451234512345678901332' }],
  ])('is refused when it was made for %s', (_, deviation) => {
    const replayed = () => verifyCaptureStatement(signed({ ...statement, ...deviation }), expected);
    expect(replayed).toThrow(refused('CAPTURE_OF_ANOTHER_PROMPT'));
  });

  it('is refused for other frames, fewer, or the same in another order, at another time or under another colour', () => {
    const deviations: ChainedFrame[][] = [
      frames.slice(1),
      frames.toReversed(),
      [...frames, frames[0]!],
      frames.map((frame, k) => (k === 1 ? { ...frame, image: Buffer.from('another') } : frame)),
      frames.map((frame, k) => (k === 1 ? { ...frame, capturedAtMs: 201 } : frame)),
      frames.map((frame, k) => (k === 1 ? { ...frame, colourNumber: 1 } : frame)),
    ];
    for (const received of deviations) {
      const actual = { chainHead: chainFrames(begin, prompt, received), frameCount: received.length };
      const verified = () => verifyCaptureStatement(signed(statement), { ...expected, ...actual });
      expect(verified).toThrow(refused('CAPTURE_CHAIN_BROKEN'));
    }
  });

  it('continues the chain of the prompts before: the same frames after others are not the same', () => {
    const later = chainFrames(chainFrames(begin, { ...prompt, promptNumber: 2 }, frames), prompt, frames);
    expect(Buffer.from(later).equals(Buffer.from(statement.chainHead))).toBe(false);
    const another = beginCaptureChain(request, nonce, Buffer.alloc(16, 4));
    expect(Buffer.from(another).equals(Buffer.from(begin))).toBe(false);
  });

  it('is refused with a reason, whatever octets are received', () => {
    const genuine = Buffer.from(signed(statement));
    fc.assert(
      fc.property(fc.nat(genuine.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(genuine);
        changed[at] = changed[at]! ^ change;
        expect(() => verifyCaptureStatement(changed, expected)).toThrow(CaptureStatementError);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
        expect(() => verifyCaptureStatement(octets, expected)).toThrow(CaptureStatementError);
      }),
    );
    const longer = Buffer.concat([genuine, randomBytes(1)]);
    expect(() => verifyCaptureStatement(longer, expected)).toThrow(refused('CAPTURE_STATEMENT_MALFORMED'));
  });
});
