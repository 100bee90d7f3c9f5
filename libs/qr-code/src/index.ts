/** Activation codes as pictures: QR codes for a terminal, as PNG and as SVG. */
export * from './qr-code.ts';
