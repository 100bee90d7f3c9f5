/** Formats that are taken of pictures from outside, but for portraits of chips. */
export type PictureFormat = 'JPEG' | 'PNG' | 'WebP';

/** Tells the format by the first octets, never by the name of a file; undefined when it is none that is taken. */
export function pictureFormat(octets: Uint8Array): PictureFormat | undefined {
  const starts = (expected: string, at = 0) =>
    octets.length >= at + expected.length && [...expected].every((c, k) => octets[at + k] === c.charCodeAt(0));
  if (starts('\xff\xd8\xff')) return 'JPEG';
  if (starts('\x89PNG\r\n\x1a\n')) return 'PNG';
  if (starts('RIFF') && starts('WEBP', 8)) return 'WebP';
  return undefined;
}
