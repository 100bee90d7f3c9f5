import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Curve } from '@tegata/x509';
import { OneTimeKeyPair } from '../cryptography/key-agreement.ts';
import { type ImmediateSigner, signerOf } from '../cryptography/signature.ts';
import { StoreMetadataRequest } from '../objects/metadata.ts';
import type { Binding } from '../package/bind-profile-package.ts';
import {
  BoundProfilePackageReader,
  type BppEvent,
  type ReaderOptions,
} from '../package/bound-profile-package-reader.ts';
import { BppError, printErrorResult } from '../package/bpp-error.ts';
import { newProfileProtectionKeys, protectProfilePackage } from '../package/protected-profile-package.ts';
import type { DownloadContext } from '../package/secure-channel.ts';

/** An SM-DP+ and an eUICC that are about to bind a profile. */
export function parties(curve: Curve = 'P-256'): {
  binding: Omit<Binding, 'profile' | 'signer'> & { readonly signer: ImmediateSigner };
  context: DownloadContext;
} {
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

export function protectedProfile(upp: Uint8Array): Binding['profile'] {
  const ppk = newProfileProtectionKeys(randomBytes);
  return { ppk, sequenceOf86: protectProfilePackage(upp, ppk) };
}

export function read(pieces: readonly Uint8Array[], context: DownloadContext, options?: ReaderOptions): BppEvent[] {
  const reader = new BoundProfilePackageReader(context, options);
  return pieces.flatMap((piece) => reader.push(piece));
}

export function profileOf(events: readonly BppEvent[]): Uint8Array {
  return Buffer.concat(events.flatMap((event) => (event.kind === 'profileElements' ? [event.octets] : [])));
}

export const kindsOf = (events: readonly BppEvent[]): string[] => [...new Set(events.map(({ kind }) => kind))];

export function failureOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof BppError) return printErrorResult(error);
    throw error;
  }
  return 'accepted';
}
