import { randomBytes } from 'node:crypto';
import { encodeTlv } from '@tegata/der';
import fc from 'fast-check';
import { signedData } from '../cryptography/signed-data.ts';
import { ControlRefTemplate } from '../objects/es8plus.ts';
import { BppCommandId, ErrorReason } from '../objects/installation-result.ts';
import { failureOf, parties, protectedProfile } from '../testing/binding.ts';
import { hex } from '../testing/vectors.ts';
import { bindProfilePackage } from './bind-profile-package.ts';
import { BoundProfilePackageReader, type BppEvent } from './bound-profile-package-reader.ts';
import { BppError } from './bpp-error.ts';
import { splitBoundProfilePackage } from './load-bound-profile-package.ts';
import type { DownloadContext } from './secure-channel.ts';

const upp = randomBytes(2500);
const { binding, context } = parties();
const bpp = await bindProfilePackage({ ...binding, profile: protectedProfile(upp) });

const longMetadata = await bindProfilePackage({
  ...binding,
  storeMetadata: randomBytes(9000),
  profile: { upp },
});

describe('packages that arrive at an eUICC', () => {
  it('are refused when any one octet was changed on the way, and nothing more is taken', async () => {
    const { binding, context } = parties();
    const bpp = await bindProfilePackage({ ...binding, profile: protectedProfile(upp.subarray(0, 200)) });
    fc.assert(
      fc.property(fc.nat(bpp.length - 1), fc.integer({ min: 1, max: 255 }), (position, flip) => {
        const changed = Uint8Array.from(bpp);
        changed[position] = (changed[position] ?? 0) ^ flip;
        const reader = new BoundProfilePackageReader(context);
        let refusal: unknown;
        let events: BppEvent[] = [];
        try {
          events = reader.push(changed);
        } catch (error) {
          refusal = error;
        }
        // A length that grew makes the reader wait for octets that never come.
        if (refusal === undefined) expect(reader.isComplete || events.some(({ kind }) => kind === 'end')).toBe(false);
        else {
          expect(refusal).toBeInstanceOf(BppError);
          expect(() => reader.push(bpp)).toThrow(refusal as Error);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('never make the reader fail on hostile octets but with a BppError', () => {
    const { context } = parties();
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 4 }), fc.boolean(), (pieces, framed) => {
        const reader = new BoundProfilePackageReader(context);
        const outcome = failureOf(() => {
          if (framed) reader.push(hex('BF3681FF'));
          for (const piece of pieces) reader.push(piece);
        });
        expect(reader.isComplete).toBe(false);
        expect(outcome).toMatch(/^accepted$|^initialiseSecureChannel: incorrectInputValues$/);
      }),
      { numRuns: 300 },
    );
  });

  describe('name the command and the reason of a refusal', () => {
    const [channel, isdp, series88, metadata, rekey, series86, first86, second86] = splitBoundProfilePackage(
      bpp,
    ) as Uint8Array[] & { length: 9 };
    const with_ = (changes: Partial<DownloadContext>): DownloadContext => ({ ...context, ...changes });
    const channelWith = (changes: { keyType?: number; remoteOpId?: number }): Uint8Array => {
      const signedPart = Buffer.concat([
        Uint8Array.of(0x82, 0x01, changes.remoteOpId ?? 1),
        encodeTlv(0x80, binding.transactionId),
        ControlRefTemplate.encode({
          keyType: Uint8Array.of(changes.keyType ?? 0x88),
          keyLen: Uint8Array.of(0x10),
          hostId: binding.hostId,
        }),
        encodeTlv(0x5f49, binding.smdpOneTimeKey.publicKey),
      ]);
      const sign = binding.signer(Buffer.concat(signedData.smdpSign(signedPart, binding.euiccOtpk)));
      return Buffer.concat([hex('BF36820400'), encodeTlv(0xbf23, signedPart, encodeTlv(0x5f37, sign))]);
    };
    const flipped = (octets: Uint8Array): Uint8Array => {
      const changed = Uint8Array.from(octets);
      changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
      return changed;
    };

    it.each([
      [
        'another transaction',
        'initialiseSecureChannel: invalidTransactionId',
        [channel],
        with_({ transactionId: hex('01') }),
      ],
      [
        'another server',
        'initialiseSecureChannel: invalidSignature',
        [channel],
        with_({ smdpPublicKey: parties().context.smdpPublicKey }),
      ],
      [
        'another eUICC key',
        'initialiseSecureChannel: invalidSignature',
        [channel],
        with_({ euiccOneTimeKey: parties().context.euiccOneTimeKey }),
      ],
      [
        'another EID',
        'configureISDP: scp03tSecurityError',
        [channel, isdp],
        with_({ eid: '89044045116727494800000004479366' }),
      ],
      ['another key type', 'initialiseSecureChannel: unsupportedCrtValues', [channelWith({ keyType: 0x80 })], context],
      [
        'another operation',
        'initialiseSecureChannel: unsupportedRemoteOperationType',
        [channelWith({ remoteOpId: 2 })],
        context,
      ],
      ['no package', 'initialiseSecureChannel: incorrectInputValues', [hex('BF3800')], context],
      ['no secure channel', 'initialiseSecureChannel: incorrectInputValues', [hex('BF3605A003870100')], context],
      [
        'a huge secure channel',
        'initialiseSecureChannel: incorrectInputValues',
        [hex('BF36824000BF23823000')],
        context,
      ],
      [
        'a wrong MAC at ConfigureISDP',
        'configureISDP: scp03tSecurityError',
        [channel, flipped(isdp as Uint8Array)],
        context,
      ],
      ['no ConfigureISDP', 'configureISDP: scp03tStructureError', [channel, series88], context],
      [
        'a wrong MAC at StoreMetadata',
        'storeMetadata: scp03tSecurityError',
        [channel, isdp, series88, flipped(metadata as Uint8Array)],
        context,
      ],
      [
        'a wrong MAC at ReplaceSessionKeys',
        'replaceSessionKeys: scp03tSecurityError',
        [channel, isdp, series88, metadata, flipped(rekey as Uint8Array)],
        context,
      ],
      [
        'no ReplaceSessionKeys where the profile has keys of its own',
        'loadProfileElements: scp03tSecurityError',
        [channel, isdp, series88, metadata, series86, first86],
        context,
      ],
      [
        'a segment left out',
        'loadProfileElements: scp03tSecurityError',
        [channel, isdp, series88, metadata, rekey, series86, second86],
        context,
      ],
      [
        'an unknown series',
        'loadProfileElements: scp03tStructureError',
        [channel, isdp, series88, metadata, hex('A403860100')],
        context,
      ],
      ['an empty series', 'storeMetadata: scp03tStructureError', [channel, isdp, hex('A100')], context],
      [
        'a series longer than the package',
        'storeMetadata: scp03tStructureError',
        [channel, isdp, hex('A182FFFF')],
        context,
      ],
      ['metadata longer than any', 'storeMetadata: scp03tStructureError', [longMetadata], context],
      ['octets after the end', 'loadProfileElements: scp03tStructureError', [bpp, hex('3000')], context],
    ])('%s is %s', (_what, expected, pieces, downloadContext) => {
      const reader = new BoundProfilePackageReader(downloadContext);
      expect(
        failureOf(() => {
          for (const piece of pieces) reader.push(piece as Uint8Array);
        }),
      ).toBe(expected);
    });

    it('by the numbers of SGP.22', () => {
      expect(new BppError('storeMetadata', 'pprNotAllowed')).toMatchObject({
        bppCommandId: BppCommandId.storeMetadata,
        errorReason: ErrorReason.pprNotAllowed,
      });
    });
  });
});
