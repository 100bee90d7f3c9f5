import { correction, generate } from 'lean-qr';
import { toPngBuffer } from 'lean-qr/extras/node_export';
import { toSvgSource } from 'lean-qr/extras/svg';

/** Light modules around the code, which readers want to see (ISO/IEC 18004 section 9.1). */
const quietZone = 4;
/** Pixels of a module in a picture. */
const pixelsPerModule = 8;
/** Characters that fit at the correction level used; an activation code has at most 255. */
export const qrCodeMaxLength = 1000;

/** Black on white, whatever the colours of the terminal are. */
const blackOnWhite = '\u001b[30;107m';
const asBefore = '\u001b[0m';

/** How a QR code is shown in a terminal. */
export interface TerminalQrCodeOptions {
  /**
   * Whether to set colours. Without, light modules are full blocks: right where the terminal writes light on dark, and for
   * readers that take inverted codes elsewhere.
   */
  readonly colours: boolean;
}

/**
 * A QR code as lines of text, two rows of modules in each.
 *
 * @param text up to 1000 characters, for example `LPA:1$smdp.example.com$TOKEN`
 * @throws RangeError for a longer one
 */
export function terminalQrCode(text: string, { colours }: TerminalQrCodeOptions): string[] {
  const code = codeOf(text);
  const dark = (x: number, y: number) => code.get(x, y);
  const lines: string[] = [];
  for (let y = -quietZone; y < code.size + quietZone; y += 2) {
    let line = '';
    for (let x = -quietZone; x < code.size + quietZone; x++) {
      const [upper, lower] = [dark(x, y), dark(x, y + 1)];
      line += colours ? halves(upper, lower) : halves(!upper, !lower);
    }
    lines.push(colours ? `${blackOnWhite}${line}${asBefore}` : line);
  }
  return lines;
}

/**
 * A QR code as a PNG picture, 8 pixels for each module.
 *
 * @param text up to 1000 characters
 * @throws RangeError for a longer one
 */
export function qrCodePng(text: string): Uint8Array {
  return toPngBuffer(codeOf(text), { pad: quietZone, scale: pixelsPerModule, on: [0, 0, 0], off: [255, 255, 255] });
}

/**
 * A QR code as an SVG document.
 *
 * @param text up to 1000 characters
 * @throws RangeError for a longer one
 */
export function qrCodeSvg(text: string): string {
  const settings = { pad: quietZone, scale: pixelsPerModule, on: 'black', off: 'white', xmlDeclaration: true };
  return toSvgSource(codeOf(text), settings);
}

function codeOf(text: string) {
  if (text.length > qrCodeMaxLength) throw new RangeError(`a QR code of ${text.length} characters`);
  return generate(text, { minCorrectionLevel: correction.M });
}

/** The block that fills the halves asked for. */
function halves(upper: boolean, lower: boolean): string {
  if (upper) return lower ? '█' : '▀';
  return lower ? '▄' : ' ';
}
