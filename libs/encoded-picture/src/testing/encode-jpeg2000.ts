import { createRequire } from 'node:module';
import type { RgbImage } from '../decode-image.ts';

interface Encoder {
  getDecodedBuffer(frame: {
    readonly width: number;
    readonly height: number;
    readonly bitsPerSample: number;
    readonly componentCount: number;
    readonly isSigned: boolean;
  }): Uint8Array;
  encode(): void;
  getEncodedBuffer(): Uint8Array;
  delete(): void;
}
type Factory = (options: object) => Promise<{ readonly J2KEncoder: new () => Encoder }>;

const require = createRequire(import.meta.url);

/** A code stream of JPEG 2000, made by the encoder that belongs to the decoder; lossless. `components` is 3, or 1 for grey. */
export async function encodeJpeg2000({ width, height, rgb }: RgbImage, components = 3): Promise<Uint8Array> {
  const factory = require('@cornerstonejs/codec-openjpeg/wasmjs') as Factory;
  const { J2KEncoder } = await factory({ print: () => {}, printErr: () => {} });
  const encoder = new J2KEncoder();
  const frame = { width, height, bitsPerSample: 8, componentCount: components, isSigned: false };
  const samples = encoder.getDecodedBuffer(frame);
  if (components === 3) samples.set(rgb.subarray(0, samples.length));
  else for (let at = 0; at < samples.length; at++) samples[at] = rgb[3 * at] ?? 0;
  encoder.encode();
  const octets = Uint8Array.from(encoder.getEncodedBuffer());
  encoder.delete();
  return octets;
}

/** The same in a JP2 file (ISO/IEC 15444-1 annex I), as passports have it. */
export function jp2File(codestream: Uint8Array, { width, height }: RgbImage): Uint8Array {
  const header = Buffer.alloc(14);
  header.writeUInt32BE(height, 0);
  header.writeUInt32BE(width, 4);
  header.writeUInt16BE(3, 8);
  header.set([7, 7, 0, 0], 10);
  const enumeratedSrgb = Buffer.from('01000000000010', 'hex');
  return Buffer.concat([
    box('jP  ', Buffer.from('0d0a870a', 'hex')),
    box('ftyp', Buffer.from('jp2 \0\0\0\0jp2 ', 'latin1')),
    box('jp2h', box('ihdr', header), box('colr', enumeratedSrgb)),
    box('jp2c', codestream),
  ]);
}

function box(type: string, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + body.length);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, body]);
}
