import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tinyJpeg } from '../testing/test-network.ts';
import { documentLimits, readIdentityDocument } from './identity-document.ts';

const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3);
const webp = Buffer.from('RIFF\0\0\0\0WEBPVP8 ', 'latin1');

describe('pictures of the user', () => {
  let folder: string;
  const write = (path: string, content: Uint8Array) => {
    writeFileSync(join(folder, path), content);
    return join(folder, path);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tegata-evidence-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  describe('an identity document', () => {
    it.each([
      ['a JPEG', tinyJpeg],
      ['a PNG', png],
      ['a WebP', webp],
    ])('may be %s, whatever the file is called', (_kind, content) => {
      expect(Buffer.from(readIdentityDocument(write('passport.dat', content)))).toEqual(Buffer.from(content));
    });

    it('that is something else is refused by name, also with the ending of a picture', () => {
      const path = write('passport.jpg', Buffer.from('%PDF-1.7 not a picture'));
      expect(() => readIdentityDocument(path)).toThrow(expect.objectContaining({ code: 'FILE_NOT_A_PICTURE' }));
      expect(() => readIdentityDocument(path)).toThrow(path);
    });

    it('that is too large is refused without being read', () => {
      const path = write('passport.jpg', new Uint8Array(documentLimits.maxOctets + 1));
      expect(() => readIdentityDocument(path)).toThrow(expect.objectContaining({ code: 'FILE_TOO_LARGE' }));
    });

    it('that is not there, or is a folder, is told apart', () => {
      const missing = join(folder, 'nowhere.jpg');
      expect(() => readIdentityDocument(missing)).toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND' }));
      expect(() => readIdentityDocument(folder)).toThrow(expect.objectContaining({ code: 'FILE_UNREADABLE' }));
    });
  });
});
