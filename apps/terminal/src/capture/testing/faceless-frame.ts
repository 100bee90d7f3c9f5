import sharp from 'sharp';

/** A JPEG of circles of every grey, in which everything can be seen but a face. */
export function facelessFrame(): Promise<Buffer> {
  const circles = Array.from({ length: 60 }, (_, k) => {
    const [x, y, r] = [(k * 97) % 480, (k * 61) % 480, 12 + ((k * 13) % 40)];
    const grey = 40 + ((k * 53) % 170);
    return `<circle cx="${x}" cy="${y}" r="${r}" fill="rgb(${grey},${grey},${grey})"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="480">${circles.join('')}</svg>`;
  return sharp(Buffer.from(svg)).flatten({ background: '#808080' }).jpeg().toBuffer();
}
