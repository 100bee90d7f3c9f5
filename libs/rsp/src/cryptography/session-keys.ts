import { hash } from 'node:crypto';
import { packEid } from '../identifiers/eid.ts';
import { KEY_LENGTH, KEY_TYPE_AES } from '../objects/es8plus.ts';
import { wipe } from './wipe.ts';

/** Keys of the BPP security protocol, 16 octets each. Secret. */
export interface SessionKeys {
  readonly initialMcv: Uint8Array;
  readonly sEnc: Uint8Array;
  readonly sMac: Uint8Array;
}

/** What goes into the derivation beside the shared secret. */
export interface SharedInformation {
  /** of the control reference template, 1 to 16 octets */
  readonly hostId: Uint8Array;
  /** 32 digits */
  readonly eid: string;
}

/**
 * The session keys of a shared secret: 48 octets of the X9.63 key derivation function with SHA-256, in the order initial
 * MAC chaining value, S-ENC, S-MAC (SGP.22 section 2.6.4.2, GlobalPlatform Card Specification Amendment F).
 */
export function deriveSessionKeys(sharedSecret: Uint8Array, { hostId, eid }: SharedInformation): SessionKeys {
  const packed = packEid(eid);
  const sharedInfo = Buffer.concat([
    Uint8Array.of(KEY_TYPE_AES, KEY_LENGTH, hostId.length),
    hostId,
    Uint8Array.of(packed.length),
    packed,
  ]);
  const [first, second] = [1, 2].map((counter) => {
    const input = Buffer.concat([sharedSecret, Uint8Array.of(0, 0, 0, counter), sharedInfo]);
    const output = hash('sha256', input, 'buffer');
    wipe(input);
    return output;
  }) as [Buffer, Buffer];
  return { initialMcv: first.subarray(0, 16), sEnc: first.subarray(16, 32), sMac: second.subarray(0, 16) };
}
