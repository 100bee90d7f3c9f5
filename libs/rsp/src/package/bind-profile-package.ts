import { encodeHeader, encodeTlv } from '@tegata/der';
import { Bsp, sealSegments } from '../cryptography/bsp.ts';
import type { OneTimeKey } from '../cryptography/key-agreement.ts';
import { deriveSessionKeys } from '../cryptography/session-keys.ts';
import { type Signer, signObject } from '../cryptography/signature.ts';
import { signedData } from '../cryptography/signed-data.ts';
import { wipe } from '../cryptography/wipe.ts';
import {
  ControlRefTemplate,
  emptyConfigureISDPRequest,
  KEY_LENGTH,
  KEY_TYPE_AES,
  ReplaceSessionKeysRequest,
  SegmentSeriesTag,
  SegmentTag,
} from '../objects/es8plus.ts';
import { type ProfileProtectionKeys, sealProfilePackage } from './protected-profile-package.ts';

/** A profile that was protected beforehand, with the keys it was protected with. */
export interface ProtectedProfile {
  readonly ppk: ProfileProtectionKeys;
  /** from `protectProfilePackage` */
  readonly sequenceOf86: Uint8Array;
}

/** A profile package that is to be sealed under the session keys themselves. */
export interface UnprotectedProfile {
  readonly upp: Uint8Array;
}

/** What a profile is bound to, and with what. */
export interface Binding {
  readonly transactionId: Uint8Array;
  /** 32 digits, from the verified certificate of the eUICC */
  readonly eid: string;
  /** otPK.EUICC.ECKA, 65 octets, from the verified EUICCSigned2 */
  readonly euiccOtpk: Uint8Array;
  /** otSK/otPK.DP.ECKA, new for each binding, on the curve of CERT.DPpb */
  readonly smdpOneTimeKey: OneTimeKey;
  /** identifier of the SM-DP+, 1 to 16 octets */
  readonly hostId: Uint8Array;
  /** key of CERT.DPpb */
  readonly signer: Signer;
  /** StoreMetadataRequest, the octets that were the profileMetadata of this session */
  readonly storeMetadata: Uint8Array;
  /** ConfigureISDPRequest; empty unless given */
  readonly configureIsdp?: Uint8Array;
  readonly profile: ProtectedProfile | UnprotectedProfile;
}

/** remoteOpId installBoundProfilePackage, as it is signed. */
const REMOTE_OP_ID = Uint8Array.of(0x82, 0x01, 0x01);

/**
 * The bound profile package BF36 (SGP.22 sections 2.5.4, 3.1.3): agrees on session keys with the eUICC, signs, seals what
 * only this eUICC may read, and puts the protected profile behind it.
 *
 * Shared secret and keys come to be after the signature was awaited, and are overwritten at once. The caller forgets
 * `smdpOneTimeKey`.
 *
 * @throws KeyAgreementError when euiccOtpk is no point on the curve
 */
export async function bindProfilePackage(binding: Binding): Promise<Uint8Array> {
  const { transactionId, eid, euiccOtpk, smdpOneTimeKey, hostId, profile } = binding;
  const signedPart = Buffer.concat([
    REMOTE_OP_ID,
    encodeTlv(0x80, transactionId),
    ControlRefTemplate.encode({ keyType: Uint8Array.of(KEY_TYPE_AES), keyLen: Uint8Array.of(KEY_LENGTH), hostId }),
    encodeTlv(0x5f49, smdpOneTimeKey.publicKey),
  ]);
  const smdpSign = await signObject(binding.signer, signedData.smdpSign(signedPart, euiccOtpk));

  const bsp = openSecureChannel(smdpOneTimeKey.agree(euiccOtpk), hostId, eid);
  const commands = binding.configureIsdp ?? emptyConfigureISDPRequest;
  const parts = [
    encodeTlv(0xbf23, signedPart, smdpSign),
    encodeTlv(SegmentSeriesTag.firstSequenceOf87, ...sealSegments(bsp, SegmentTag.command, commands)),
    encodeTlv(SegmentSeriesTag.sequenceOf88, ...sealSegments(bsp, SegmentTag.clear, binding.storeMetadata)),
    ...('upp' in profile ? [sealProfilePackage(bsp, profile.upp)] : rekeyed(bsp, profile)),
  ];
  bsp.wipe();
  return withHeader(0xbf36, parts);
}

function openSecureChannel(sharedSecret: Uint8Array, hostId: Uint8Array, eid: string): Bsp {
  const keys = deriveSessionKeys(sharedSecret, { hostId, eid });
  const bsp = new Bsp(keys);
  wipe(sharedSecret, keys.initialMcv, keys.sEnc, keys.sMac);
  return bsp;
}

/** Hands the eUICC the keys the profile was protected with, and the profile as it is. */
function rekeyed(bsp: Bsp, { ppk, sequenceOf86 }: ProtectedProfile): Uint8Array[] {
  const replaceSessionKeys = ReplaceSessionKeysRequest.encode({ ...ppk });
  const sealed = sealSegments(bsp, SegmentTag.command, replaceSessionKeys);
  wipe(replaceSessionKeys);
  return [encodeTlv(SegmentSeriesTag.secondSequenceOf87, ...sealed), sequenceOf86];
}

function withHeader(tag: number, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([encodeHeader(tag, length), ...parts]);
}
