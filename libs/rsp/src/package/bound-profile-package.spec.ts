import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { encodeTlv, parseTlv } from '@tegata/der';
import type { Curve } from '@tegata/x509';
import fc from 'fast-check';
import { OneTimeKeyPair } from '../cryptography/key-agreement.ts';
import { signatureHolds, signerOf } from '../cryptography/signature.ts';
import { signedData } from '../cryptography/signed-data.ts';
import { toHex } from '../identifiers/nibbles.ts';
import { BoundProfilePackage, ControlRefTemplate, emptyConfigureISDPRequest } from '../objects/es8plus.ts';
import { BppCommandId, ErrorReason } from '../objects/installation-result.ts';
import { StoreMetadataRequest } from '../objects/metadata.ts';
import {
  describeWithVectors,
  type FixedSession,
  hex,
  type RecordedSession,
  vectorFile,
  vectorJson,
  vectorPrivateKey,
  vectorPublicKey,
} from '../testing/vectors.ts';
import { type Binding, bindProfilePackage } from './bind-profile-package.ts';
import { BoundProfilePackageReader, type BppEvent, type ReaderOptions } from './bound-profile-package-reader.ts';
import { BppError, printErrorResult } from './bpp-error.ts';
import { splitBoundProfilePackage } from './load-bound-profile-package.ts';
import { newProfileProtectionKeys, protectProfilePackage } from './protected-profile-package.ts';
import type { DownloadContext } from './secure-channel.ts';

/** An SM-DP+ and an eUICC that are about to bind a profile. */
function parties(curve: Curve = 'P-256'): { binding: Omit<Binding, 'profile'>; context: DownloadContext } {
  const namedCurve = curve === 'P-256' ? 'prime256v1' : curve;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  const euiccOneTimeKey = OneTimeKeyPair.generate(curve, randomBytes);
  const [transactionId, eid] = [randomBytes(16), '89049032123451234512345678901235'];
  const storeMetadata = StoreMetadataRequest.encode({
    iccid: '89000123456789012341',
    serviceProviderName: 'Aozora',
    profileName: 'Aozora 青空',
  });
  return {
    binding: {
      transactionId,
      eid,
      euiccOtpk: euiccOneTimeKey.publicKey,
      smdpOneTimeKey: OneTimeKeyPair.generate(curve, randomBytes),
      hostId: randomBytes(16),
      signer: signerOf(privateKey),
      storeMetadata,
    },
    context: { transactionId, eid, euiccOneTimeKey, smdpPublicKey: publicKey },
  };
}

function protectedProfile(upp: Uint8Array): Binding['profile'] {
  const ppk = newProfileProtectionKeys(randomBytes);
  return { ppk, sequenceOf86: protectProfilePackage(upp, ppk) };
}

function read(pieces: readonly Uint8Array[], context: DownloadContext, options?: ReaderOptions): BppEvent[] {
  const reader = new BoundProfilePackageReader(context, options);
  return pieces.flatMap((piece) => reader.push(piece));
}

function profileOf(events: readonly BppEvent[]): Uint8Array {
  return Buffer.concat(events.flatMap((event) => (event.kind === 'profileElements' ? [event.octets] : [])));
}

const kindsOf = (events: readonly BppEvent[]): string[] => [...new Set(events.map(({ kind }) => kind))];

function failureOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof BppError) return printErrorResult(error);
    throw error;
  }
  return 'accepted';
}

describe('bound profile packages', () => {
  const upp = randomBytes(2500);

  it.each(['P-256', 'brainpoolP256r1'] as const)('bring a protected profile to the eUICC, on %s', (curve) => {
    const { binding, context } = parties(curve);
    const bpp = bindProfilePackage({ ...binding, profile: protectedProfile(upp) });
    const events = read([bpp], context);
    expect(kindsOf(events)).toEqual([
      'initialiseSecureChannel',
      'configureIsdp',
      'storeMetadata',
      'replaceSessionKeys',
      'profileElements',
      'end',
    ]);
    expect(profileOf(events)).toEqual(upp);
    const metadata = events.find((event) => event.kind === 'storeMetadata');
    expect(metadata?.request).toMatchObject({ profileName: 'Aozora 青空', raw: binding.storeMetadata });
  });

  it('can be sealed under the session keys alone', () => {
    const { binding, context } = parties();
    const events = read([bindProfilePackage({ ...binding, profile: { upp } })], context);
    expect(kindsOf(events)).not.toContain('replaceSessionKeys');
    expect(profileOf(events)).toEqual(upp);
  });

  it('carry an icon in a second segment, and data of the SM-DP+', () => {
    const { binding, context } = parties();
    const storeMetadata = StoreMetadataRequest.encode({
      iccid: '8949449999999990023',
      serviceProviderName: 'Minato',
      profileName: 'Minato',
      iconType: 1,
      icon: randomBytes(1024),
    });
    const configureIsdp = hex('BF2407B8058003883701');
    const bpp = bindProfilePackage({ ...binding, storeMetadata, configureIsdp, profile: protectedProfile(upp) });
    expect(BoundProfilePackage.decode(bpp).sequenceOf88).toHaveLength(2);
    const events = read([bpp], context);
    expect(events.find((event) => event.kind === 'storeMetadata')?.request.raw).toEqual(storeMetadata);
    expect(events.find((event) => event.kind === 'configureIsdp')?.request.dpProprietaryData?.dpOid).toBe('2.999.1');
  });

  it('share the segments of the profile from one binding to the next, and nothing else', () => {
    const profile = protectedProfile(upp);
    const [one, other] = [1, 2].map(() => {
      const { binding, context } = parties();
      const bpp = bindProfilePackage({ ...binding, profile });
      expect(profileOf(read([bpp], context))).toEqual(upp);
      return BoundProfilePackage.decode(bpp);
    });
    expect(one?.sequenceOf86).toEqual(other?.sequenceOf86);
    expect(one?.firstSequenceOf87).not.toEqual(other?.firstSequenceOf87);
    expect(one?.secondSequenceOf87).not.toEqual(other?.secondSequenceOf87);
  });

  it('keep to 1020 octets a segment', () => {
    const { binding } = parties();
    const bpp = BoundProfilePackage.decode(bindProfilePackage({ ...binding, profile: protectedProfile(upp) }));
    const lengths = bpp.sequenceOf86.map(({ length }) => length);
    expect(lengths).toEqual([1020, 1020, 4 + 496 + 8]);
  });

  it('can be read in pieces of any size, and complete nothing early', () => {
    const { binding, context } = parties();
    const bpp = bindProfilePackage({ ...binding, profile: protectedProfile(upp) });
    for (const size of [1, 7, 255, 1021]) {
      const pieces = Array.from({ length: Math.ceil(bpp.length / size) }, (_, i) =>
        bpp.subarray(i * size, (i + 1) * size),
      );
      const reader = new BoundProfilePackageReader(context);
      const events = pieces.flatMap((piece, index) => {
        const buffer = Buffer.from(piece);
        const result = reader.push(buffer);
        // The caller's buffer may be used again as soon as push returns.
        buffer.fill(0);
        expect(reader.isComplete).toBe(index === pieces.length - 1);
        return result;
      });
      expect(profileOf(events)).toEqual(upp);
    }
  });

  it('are cut for STORE DATA as SGP.22 says, without gaps', () => {
    const { binding, context } = parties();
    const bpp = bindProfilePackage({ ...binding, profile: protectedProfile(upp) });
    const pieces = splitBoundProfilePackage(bpp);
    expect(pieces.map((piece) => toHex(piece.subarray(0, 2)))).toEqual([
      'BF36',
      'A01A',
      expect.stringMatching(/^A1/),
      expect.stringMatching(/^88/),
      'A24A',
      expect.stringMatching(/^A3/),
      '8682',
      '8682',
      '8682',
    ]);
    expect(Buffer.concat(pieces)).toEqual(bpp);
    const reader = new BoundProfilePackageReader(context);
    const kinds = pieces.map((piece) => reader.push(piece).map(({ kind }) => kind));
    expect(kinds.slice(0, 5)).toEqual([
      ['initialiseSecureChannel'],
      ['configureIsdp'],
      [],
      ['storeMetadata'],
      ['replaceSessionKeys'],
    ]);
    expect(kinds.at(-1)).toEqual(['profileElements', 'end']);
    expect(() => splitBoundProfilePackage(encodeTlv(0xbf36, hex('BF2300 A300')))).toThrow();
    expect(() => splitBoundProfilePackage(hex('BF3800'))).toThrow();
  });

  it('are refused when any one octet was changed on the way, and nothing more is taken', () => {
    const { binding, context } = parties();
    const bpp = bindProfilePackage({ ...binding, profile: protectedProfile(upp.subarray(0, 200)) });
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
    const { binding, context } = parties();
    const bpp = bindProfilePackage({ ...binding, profile: protectedProfile(upp) });
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

  it('refuse a key of the eUICC that is not on the curve', () => {
    const { binding } = parties();
    const euiccOtpk = Uint8Array.from(binding.euiccOtpk).fill(1, 33);
    expect(() => bindProfilePackage({ ...binding, euiccOtpk, profile: { upp } })).toThrow('no uncompressed point');
  });
});

describeWithVectors('bound profile packages, against the vectors', () => {
  it('of a fixed session are built octet for octet, the signature injected', () => {
    const { inputs, derived, server, certificates } = vectorJson<FixedSession>('session-fixed.json');
    const otskDp = OneTimeKeyPair.of('P-256', hex(inputs.otskDp));
    expect(toHex(otskDp.publicKey)).toBe(derived.otpkDp);
    const recorded = BoundProfilePackage.decode(hex(server.boundProfilePackage));
    const { smdpSign } = recorded.initialiseSecureChannelRequest;
    const tbs = hex(server.initialiseSecureChannelSignedPart);
    const bpp = bindProfilePackage({
      transactionId: hex(inputs.transactionId),
      eid: inputs.eid,
      euiccOtpk: hex(derived.otpkEuicc),
      smdpOneTimeKey: otskDp,
      hostId: hex(inputs.hostId),
      signer: (octets) => {
        expect(octets).toEqual(tbs);
        return smdpSign.subarray(3);
      },
      storeMetadata: hex(inputs.storeMetadataRequest),
      configureIsdp: emptyConfigureISDPRequest,
      profile: { upp: hex(inputs.upp) },
    });
    expect(toHex(bpp)).toBe(server.boundProfilePackage);
    expect(signatureHolds(vectorPublicKey(certificates.dpPb), smdpSign, [tbs])).toBe(true);
    expect(
      [recorded.firstSequenceOf87, recorded.sequenceOf88, recorded.sequenceOf86].map((series) => series.map(toHex)),
    ).toEqual(derived.segments.map(({ segments }) => segments.map(({ segment }) => segment)));
  });

  it('made by another SM-DP+ are opened, though its segments are too long', () => {
    const { exchange, keys, uppSha256, uppOctets, segments } = vectorJson<RecordedSession>('session-recorded.json');
    const bpp = Buffer.from(exchange.getBoundProfilePackage.response.boundProfilePackage, 'base64');
    const context: DownloadContext = {
      transactionId: hex(exchange.getBoundProfilePackage.request.transactionId),
      smdpPublicKey: vectorPublicKey('certs/CERT_S_SM_DPpb_ECDSA_NIST.der'),
      euiccOneTimeKey: OneTimeKeyPair.of('P-256', hex(keys.otskEuicc)),
      eid: keys.eid,
    };
    const events = read(splitBoundProfilePackage(bpp), context, { maximumSegmentOctets: 1036 });
    const profile = profileOf(events);
    expect(profile).toHaveLength(uppOctets);
    expect(createHash('sha256').update(profile).digest('hex')).toBe(uppSha256);
    expect(events.filter(({ kind }) => kind === 'profileElements')).toHaveLength(segments);
    expect(failureOf(() => read([bpp], context))).toBe('loadProfileElements: scp03tStructureError');
  });

  it('carry every sample profile, bound with new keys each time, and give the same octets back', () => {
    const { packages } = vectorJson<{ packages: { file: string; sha256: string }[] }>('upp/index.json');
    expect(packages).toHaveLength(36);
    const signer = vectorPrivateKey('certs/SK_S_SM_DPpb_ECDSA_NIST.pem');
    const publicKey: KeyObject = vectorPublicKey('certs/CERT_S_SM_DPpb_ECDSA_NIST.der');
    for (const { file, sha256 } of packages) {
      const sample = vectorFile(`upp/${file}`);
      const { binding, context } = parties();
      const bpp = bindProfilePackage({ ...binding, signer: signerOf(signer), profile: protectedProfile(sample) });
      const profile = profileOf(read(splitBoundProfilePackage(bpp), { ...context, smdpPublicKey: publicKey }));
      expect(Buffer.compare(profile, sample)).toBe(0);
      expect(createHash('sha256').update(profile).digest('hex')).toBe(sha256);
      for (const segment of BoundProfilePackage.decode(bpp).sequenceOf86)
        expect(parseTlv(segment).raw.length).toBeLessThanOrEqual(1020);
    }
  });
});
