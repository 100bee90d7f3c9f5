import { timingSafeEqual } from 'node:crypto';
import { headerLength, type Tlv, writeHeader } from '@tegata/der';
import { SegmentTag } from '../objects/es8plus.ts';
import { AesCbcDecryption, AesCbcEncryption, BLOCK } from './aes-cbc.ts';
import { AesCmac } from './aes-cmac.ts';
import type { SessionKeys } from './session-keys.ts';
import { wipe } from './wipe.ts';

/** Largest segment, tag, length and MAC included (SGP.22 section 2.5.3). */
export const MAXIMUM_SEGMENT_OCTETS = 1020;
/** Octets of the MAC at the end of a segment. */
export const MAC_OCTETS = 8;
/** Most plaintext of one encrypted segment: 1008 octets of ciphertext, of which the padding needs one. */
export const MAXIMUM_ENCRYPTED_PLAINTEXT = 1007;
/** Most text of one segment that is not encrypted. */
export const MAXIMUM_CLEAR_TEXT = 1008;

/**
 * Why a segment was refused: `STRUCTURE` when it is no segment of this kind, `SECURITY` when MAC or padding are wrong. They
 * correspond to the error reasons scp03tStructureError and scp03tSecurityError.
 */
export type BspErrorCode = 'STRUCTURE' | 'SECURITY';

/** A segment that was refused. The secure channel it belongs to is of no further use. */
export class BspError extends Error {
  readonly code: BspErrorCode;

  constructor(code: BspErrorCode, message: string) {
    super(message);
    this.name = 'BspError';
    this.code = code;
  }
}

/**
 * One direction of the BPP security protocol (SGP.22 section 2.6.4.3, formerly SCP03t): seals or opens segments one after the
 * other.
 *
 * A counter steps with every segment, also with those that are not encrypted. The MAC of a segment is over the full MAC of
 * the one before, so that none can be left out, repeated or moved. A sealed package and its opening each need an instance
 * of their own.
 */
export class Bsp {
  readonly #sEnc: Uint8Array;
  readonly #cmac: AesCmac;
  readonly #encryption: AesCbcEncryption;
  #decryption: AesCbcDecryption | undefined;
  #mcv: Uint8Array;
  #counter = 0;
  #broken = false;

  /** @param keys are copied, and may be wiped */
  constructor(keys: SessionKeys) {
    this.#sEnc = Uint8Array.from(keys.sEnc);
    this.#encryption = new AesCbcEncryption(keys.sEnc);
    this.#cmac = new AesCmac(keys.sMac);
    this.#mcv = Uint8Array.from(keys.initialMcv);
  }

  /**
   * One segment (tag, length, body, MAC) of a piece of plaintext.
   *
   * @throws RangeError for a piece that does not fit into a segment
   */
  seal(tag: SegmentTag, piece: Uint8Array): Uint8Array {
    const encrypted = tag !== SegmentTag.clear;
    if (piece.length > (encrypted ? MAXIMUM_ENCRYPTED_PLAINTEXT : MAXIMUM_CLEAR_TEXT)) {
      throw new RangeError('piece is too long for a segment');
    }
    this.#counter += 1;
    const body = encrypted ? this.#encrypt(piece) : piece;
    const header = headerLength(tag, body.length + MAC_OCTETS);
    const segment = Buffer.allocUnsafe(header + body.length + MAC_OCTETS);
    writeHeader(segment, 0, tag, body.length + MAC_OCTETS);
    segment.set(body, header);
    const end = header + body.length;
    this.#mcv = this.#cmac.compute(this.#mcv, segment.subarray(0, end));
    segment.set(this.#mcv.subarray(0, MAC_OCTETS), end);
    return segment;
  }

  /**
   * The plaintext of a received segment. The MAC is checked before anything is decrypted.
   *
   * @param maximumOctets largest segment taken; larger than the default only for packages known to break the limit
   * @throws BspError after which no further segment can be opened
   */
  open(tag: SegmentTag, segment: Tlv, maximumOctets = MAXIMUM_SEGMENT_OCTETS): Uint8Array {
    if (this.#broken) throw new BspError('SECURITY', 'a segment before was refused');
    this.#broken = true;
    this.#counter += 1;
    const { raw, value } = segment;
    if (segment.tag !== tag) throw new BspError('STRUCTURE', 'another segment was expected');
    if (raw.length > maximumOctets) throw new BspError('STRUCTURE', `segment is longer than ${maximumOctets} octets`);
    if (value.length < MAC_OCTETS) throw new BspError('STRUCTURE', 'segment is too short for a MAC');
    const body = value.subarray(0, value.length - MAC_OCTETS);
    const encrypted = tag !== SegmentTag.clear;
    if (encrypted && (body.length === 0 || body.length % BLOCK !== 0)) {
      throw new BspError('STRUCTURE', 'ciphertext is not in whole blocks');
    }
    const mac = this.#cmac.compute(this.#mcv, raw.subarray(0, raw.length - MAC_OCTETS));
    if (!timingSafeEqual(mac.subarray(0, MAC_OCTETS), value.subarray(body.length))) {
      throw new BspError('SECURITY', 'MAC is wrong');
    }
    this.#mcv = mac;
    const plaintext = encrypted ? this.#decrypt(body) : body;
    this.#broken = false;
    return plaintext;
  }

  /** Overwrites what can be; the instance is of no further use. */
  wipe(): void {
    wipe(this.#sEnc, this.#mcv);
    this.#broken = true;
  }

  #encrypt(piece: Uint8Array): Uint8Array {
    // At least one octet of padding: 80, then 00 up to whole blocks.
    const blocks = Buffer.alloc((Math.floor(piece.length / BLOCK) + 1) * BLOCK);
    blocks.set(piece);
    blocks[piece.length] = 0x80;
    const ciphertext = this.#encryption.encrypt(this.#initialisationVector(), blocks);
    wipe(blocks);
    return ciphertext;
  }

  #decrypt(ciphertext: Uint8Array): Uint8Array {
    this.#decryption ??= new AesCbcDecryption(this.#sEnc);
    const blocks = this.#decryption.decrypt(this.#initialisationVector(), ciphertext);
    let end = blocks.length - 1;
    while (end > 0 && blocks[end] === 0x00) end -= 1;
    if (blocks[end] !== 0x80 || blocks.length - end > BLOCK) throw new BspError('SECURITY', 'padding is wrong');
    return blocks.subarray(0, end);
  }

  /** AES-ECB of the counter, as 16 octets big-endian, under S-ENC. */
  #initialisationVector(): Uint8Array {
    const counter = Buffer.alloc(BLOCK);
    counter.writeUInt32BE(this.#counter, BLOCK - 4);
    return this.#encryption.encryptBlock(counter);
  }
}

/** The segments of a plaintext, all but the last one full; a plaintext of no octets has one. */
export function sealSegments(bsp: Bsp, tag: SegmentTag, plaintext: Uint8Array): Uint8Array[] {
  const full = tag === SegmentTag.clear ? MAXIMUM_CLEAR_TEXT : MAXIMUM_ENCRYPTED_PLAINTEXT;
  const segments: Uint8Array[] = [];
  let offset = 0;
  do {
    segments.push(bsp.seal(tag, plaintext.subarray(offset, offset + full)));
    offset += full;
  } while (offset < plaintext.length);
  return segments;
}
