import { stripVTControlCharacters } from 'node:util';
import readQrCode from 'jsqr';
import sharp from 'sharp';
import { qrCodePng, qrCodeSvg, terminalQrCode } from './qr-code.ts';

const content = 'LPA:1$rsp.aozora.example$K7-QX2-9PLM$$1';

/** What a reader of QR codes makes of a picture. */
async function read(picture: Uint8Array): Promise<string | undefined> {
  const { data, info } = await sharp(picture).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return readQr(new Uint8ClampedArray(data), info.width, info.height);
}

function readQr(pixels: Uint8ClampedArray, width: number, height: number): string | undefined {
  // The package is CommonJS: its function is the default of the default.
  const reader = 'default' in readQrCode ? (readQrCode.default as typeof readQrCode.default) : readQrCode;
  return reader(pixels, width, height)?.data;
}

/** The picture that a terminal of 8 by 16 pixels a character shows. */
function screen(
  lines: readonly string[],
  light: boolean,
): { pixels: Uint8ClampedArray; width: number; height: number } {
  const size = 8;
  const columns = Math.max(...lines.map((line) => line.length));
  const width = columns * size;
  const height = lines.length * 2 * size;
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const character = lines[Math.floor(y / (2 * size))]?.[Math.floor(x / size)] ?? ' ';
      const upper = Math.floor(y / size) % 2 === 0;
      const filled = character === '█' || character === (upper ? '▀' : '▄');
      pixels.fill(filled === light ? 255 : 0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return { pixels, width, height };
}

describe('the QR code of an activation code', () => {
  it('is read from the PNG picture', async () => {
    expect(await read(qrCodePng(content))).toBe(content);
  });

  it('is read from the SVG picture', async () => {
    expect(await read(Buffer.from(qrCodeSvg(content)))).toBe(content);
  });

  it.each([
    ['in colours of its own', true],
    ['in those of a dark terminal', false],
  ])('is read from the terminal, %s', (_how, colours) => {
    const lines = terminalQrCode(content, { colours }).map((line) => stripVTControlCharacters(line));
    const { pixels, width, height } = screen(lines, !colours);
    expect(readQr(pixels, width, height)).toBe(content);
  });

  it('is not made of what no reader takes', () => {
    expect(() => qrCodePng('A'.repeat(1001))).toThrow(RangeError);
    expect(() => qrCodeSvg('A'.repeat(1000))).not.toThrow();
  });
});
