import { timingSafeEqual } from 'node:crypto';
import { type PacketIntegrity, packetIntegrity } from './packet-integrity.ts';
import { blockOctets, decipher, encipher, type PacketKey } from './packet-key.ts';
import { SecuredPacketError, unidentified } from './secured-packet-error.ts';
import type { Integrity } from './security-parameters.ts';

/** The keys that KIc and KID name, of one key set. */
export interface PacketKeys {
  readonly ciphering?: PacketKey | undefined;
  readonly integrity?: PacketKey | undefined;
}

/** How a packet is secured. */
export interface PacketSecurity {
  readonly integrity: Integrity;
  readonly ciphering: boolean;
  /** the octet, which names the algorithm of a redundancy check */
  readonly kid: number;
}

/**
 * What closes and opens the part of a packet that comes after its TAR: counters, RC/CC/DS, and data with padding. Command and response packets
 * have it in common (ETSI TS 102 225 sections 5.1 and 5.2).
 */
export class Sealing {
  private constructor(
    readonly integrity: PacketIntegrity,
    private readonly key: PacketKey | undefined,
  ) {}

  /** @throws SecuredPacketError `UNIDENTIFIED_SECURITY_ERROR` for what is not supported, or when a key is missing */
  static of({ integrity, ciphering, kid }: PacketSecurity, keys: PacketKeys): Sealing {
    if (ciphering && keys.ciphering === undefined) throw unidentified('there is no key for ciphering');
    return new Sealing(packetIntegrity(integrity, kid, keys.integrity), ciphering ? keys.ciphering : undefined);
  }

  /** Octets of padding after data of this length; `counters` are the octets before RC/CC/DS. */
  padding(counters: number, data: number): number {
    const block = this.block;
    return (block - ((counters + this.integrity.octets + data) % block)) % block;
  }

  /** The most octets of data that fit into a sealed part of this length. */
  room(sealed: number, counters: number): number {
    return sealed - (sealed % this.block) - counters - this.integrity.octets;
  }

  /** @param before what RC/CC/DS covers of what stands before the sealed part */
  seal(before: Uint8Array, counters: Uint8Array, padded: Uint8Array): Uint8Array {
    const field = this.integrity.compute(Buffer.concat([before, counters, padded]));
    const clear = Buffer.concat([counters, field, padded]);
    return this.key === undefined ? clear : encipher(this.key, clear);
  }

  /**
   * The counters and the padded data of a sealed part that is as it was made.
   *
   * @throws SecuredPacketError `CIPHERING_ERROR` for what are no whole blocks, `UNIDENTIFIED_SECURITY_ERROR` for what is too short, `RC_CC_DS_FAILED`
   */
  open(before: Uint8Array, sealed: Uint8Array, octets: number): { readonly counters: Buffer; readonly padded: Buffer } {
    if (sealed.length % this.block !== 0) throw new SecuredPacketError('CIPHERING_ERROR', 'there are no whole blocks');
    const clear = Buffer.from(this.key === undefined ? sealed : decipher(this.key, sealed));
    if (clear.length < octets + this.integrity.octets) throw unidentified('the packet is shorter than its header');
    const counters = clear.subarray(0, octets);
    const field = clear.subarray(octets, octets + this.integrity.octets);
    const padded = clear.subarray(octets + this.integrity.octets);
    if (!timingSafeEqual(field, this.integrity.compute(Buffer.concat([before, counters, padded])))) {
      throw new SecuredPacketError('RC_CC_DS_FAILED', 'the packet is not the one that was secured');
    }
    return { counters, padded };
  }

  private get block(): number {
    return this.key === undefined ? 1 : blockOctets(this.key);
  }
}

/** Data without its padding. @throws SecuredPacketError `UNIDENTIFIED_SECURITY_ERROR` */
export function withoutPadding(padded: Uint8Array, padding: number): Uint8Array {
  if (padding > padded.length) throw unidentified('PCNTR is more than there is');
  return padded.subarray(0, padded.length - padding);
}
