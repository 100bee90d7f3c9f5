import { createHash, type KeyObject, randomBytes } from 'node:crypto';
import { encodeTlv, parseTlv } from '@tegata/der';
import { OneTimeKeyPair } from '../cryptography/key-agreement.ts';
import { signatureHolds, signerOf } from '../cryptography/signature.ts';
import { toHex } from '../identifiers/nibbles.ts';
import { BoundProfilePackage, emptyConfigureISDPRequest } from '../objects/es8plus.ts';
import { StoreMetadataRequest } from '../objects/metadata.ts';
import { failureOf, kindsOf, parties, profileOf, protectedProfile, read } from '../testing/binding.ts';
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
import { bindProfilePackage } from './bind-profile-package.ts';
import { BoundProfilePackageReader } from './bound-profile-package-reader.ts';
import { splitBoundProfilePackage } from './load-bound-profile-package.ts';
import type { DownloadContext } from './secure-channel.ts';

describe('bound profile packages', () => {
  const upp = randomBytes(2500);

  it.each(['P-256', 'brainpoolP256r1'] as const)('bring a protected profile to the eUICC, on %s', async (curve) => {
    const { binding, context } = parties(curve);
    const bpp = await bindProfilePackage({ ...binding, profile: protectedProfile(upp) });
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

  it('can be sealed under the session keys alone', async () => {
    const { binding, context } = parties();
    const events = read([await bindProfilePackage({ ...binding, profile: { upp } })], context);
    expect(kindsOf(events)).not.toContain('replaceSessionKeys');
    expect(profileOf(events)).toEqual(upp);
  });

  it('carry an icon in a second segment, and data of the SM-DP+', async () => {
    const { binding, context } = parties();
    const storeMetadata = StoreMetadataRequest.encode({
      iccid: '8949449999999990023',
      serviceProviderName: 'Minato',
      profileName: 'Minato',
      iconType: 1,
      icon: randomBytes(1024),
    });
    const configureIsdp = hex('BF2407B8058003883701');
    const bpp = await bindProfilePackage({ ...binding, storeMetadata, configureIsdp, profile: protectedProfile(upp) });
    expect(BoundProfilePackage.decode(bpp).sequenceOf88).toHaveLength(2);
    const reader = new BoundProfilePackageReader(context);
    const overwritten = splitBoundProfilePackage(bpp).flatMap((piece) => {
      const buffer = Buffer.from(piece);
      const completed = reader.push(buffer);
      buffer.fill(0);
      return completed;
    });
    expect(overwritten.find((event) => event.kind === 'storeMetadata')?.request.raw).toEqual(storeMetadata);
    const events = read([bpp], context);
    expect(events.find((event) => event.kind === 'storeMetadata')?.request.raw).toEqual(storeMetadata);
    expect(events.find((event) => event.kind === 'configureIsdp')?.request.dpProprietaryData?.dpOid).toBe('2.999.1');
  });

  it('share the segments of the profile from one binding to the next, and nothing else', async () => {
    const profile = protectedProfile(upp);
    const bindAndRead = async () => {
      const { binding, context } = parties();
      const bpp = await bindProfilePackage({ ...binding, profile });
      expect(profileOf(read([bpp], context))).toEqual(upp);
      return BoundProfilePackage.decode(bpp);
    };
    const [one, other] = [await bindAndRead(), await bindAndRead()];
    expect(one.sequenceOf86).toEqual(other.sequenceOf86);
    expect(one.firstSequenceOf87).not.toEqual(other.firstSequenceOf87);
    expect(one.secondSequenceOf87).not.toEqual(other.secondSequenceOf87);
  });

  it('keep to 1020 octets a segment', async () => {
    const { binding } = parties();
    const bpp = BoundProfilePackage.decode(await bindProfilePackage({ ...binding, profile: protectedProfile(upp) }));
    const lengths = bpp.sequenceOf86.map(({ length }) => length);
    expect(lengths).toEqual([1020, 1020, 4 + 496 + 8]);
  });

  it('can be read in pieces of any size, and complete nothing early', async () => {
    const { binding, context } = parties();
    const bpp = await bindProfilePackage({ ...binding, profile: protectedProfile(upp) });
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

  it('are cut for STORE DATA as SGP.22 says, without gaps', async () => {
    const { binding, context } = parties();
    const bpp = await bindProfilePackage({ ...binding, profile: protectedProfile(upp) });
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

  it('refuse a key of the eUICC that is not on the curve', async () => {
    const { binding } = parties();
    const euiccOtpk = Uint8Array.from(binding.euiccOtpk).fill(1, 33);
    const bound = bindProfilePackage({ ...binding, euiccOtpk, profile: { upp } });
    await expect(bound).rejects.toThrow('no uncompressed point');
  });
});

describeWithVectors('bound profile packages, against the vectors', () => {
  it('of a fixed session are built octet for octet, the signature injected', async () => {
    const { inputs, derived, server, certificates } = vectorJson<FixedSession>('session-fixed.json');
    const otskDp = OneTimeKeyPair.of('P-256', hex(inputs.otskDp));
    expect(toHex(otskDp.publicKey)).toBe(derived.otpkDp);
    const recorded = BoundProfilePackage.decode(hex(server.boundProfilePackage));
    const { smdpSign } = recorded.initialiseSecureChannelRequest;
    const tbs = hex(server.initialiseSecureChannelSignedPart);
    const bpp = await bindProfilePackage({
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

  it('carry every sample profile, bound with new keys each time, and give the same octets back', async () => {
    const { packages } = vectorJson<{ packages: { file: string; sha256: string }[] }>('upp/index.json');
    expect(packages).toHaveLength(36);
    const signer = vectorPrivateKey('certs/SK_S_SM_DPpb_ECDSA_NIST.pem');
    const publicKey: KeyObject = vectorPublicKey('certs/CERT_S_SM_DPpb_ECDSA_NIST.der');
    for (const { file, sha256 } of packages) {
      const sample = vectorFile(`upp/${file}`);
      const { binding, context } = parties();
      const bpp = await bindProfilePackage({ ...binding, signer: signerOf(signer), profile: protectedProfile(sample) });
      const profile = profileOf(read(splitBoundProfilePackage(bpp), { ...context, smdpPublicKey: publicKey }));
      expect(Buffer.compare(profile, sample)).toBe(0);
      expect(createHash('sha256').update(profile).digest('hex')).toBe(sha256);
      for (const segment of BoundProfilePackage.decode(bpp).sequenceOf86)
        expect(parseTlv(segment).raw.length).toBeLessThanOrEqual(1020);
    }
  });
});
