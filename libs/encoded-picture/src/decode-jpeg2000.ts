import { createRequire } from 'node:module';
import type { RgbImage } from './decode-image.ts';
import type { Jpeg2000Header } from './jpeg2000-header.ts';

/** The decoder as `@cornerstonejs/codec-openjpeg` gives it: OpenJPEG in WebAssembly. */
interface Decoder {
  getEncodedBuffer(octets: number): Uint8Array;
  decode(): void;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): { readonly width: number; readonly height: number; readonly componentCount: number };
  delete(): void;
}
interface Codec {
  readonly J2KDecoder: new () => Decoder;
}
type Factory = (options: { readonly print: () => void; readonly printErr: () => void }) => Promise<Codec>;

const require = createRequire(import.meta.url);
let codec: Promise<Codec> | undefined;

/** Loaded with the first picture that needs it, 0.2 s. It tells of each step; nobody wants to hear it. */
function load(): Promise<Codec> {
  const factory = require('@cornerstonejs/codec-openjpeg/decodewasmjs') as Factory;
  codec ??= factory({ print: () => {}, printErr: () => {} });
  return codec;
}

/**
 * Decodes a picture whose header was read and found small enough.
 * @returns undefined for damaged data
 */
export async function decodeJpeg2000(octets: Uint8Array, header: Jpeg2000Header): Promise<RgbImage | undefined> {
  const { J2KDecoder } = await load();
  let decoder: Decoder | undefined;
  try {
    decoder = new J2KDecoder();
    decoder.getEncodedBuffer(octets.length).set(octets);
    decoder.decode();
    const { width, height, componentCount } = decoder.getFrameInfo();
    const samples = decoder.getDecodedBuffer();
    if (width !== header.width || height !== header.height || componentCount !== header.components) return undefined;
    if (samples.length !== width * height * componentCount) return undefined;
    // The samples lie in the decoder's memory, which the next picture overwrites.
    const rgb = new Uint8Array(width * height * 3);
    if (componentCount === 3) rgb.set(samples);
    else for (let at = 0; at < rgb.length; at++) rgb[at] = samples[Math.floor(at / 3)]!;
    return { width, height, rgb };
  } catch {
    // An instance that threw is in no known state: the next picture gets a new one.
    codec = undefined;
    decoder = undefined;
    return undefined;
  } finally {
    decoder?.delete();
  }
}
