import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeadMotion } from '@tegata/contracts/authentication-v1';
import { tinyJpeg } from '../testing/test-network.ts';
import { checkCaptureFolder, takeIdPhoto } from './capture-folder.ts';
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
    for (const name of ['straight', 'left', 'right', 'up', 'down']) {
      mkdirSync(join(folder, name));
      for (const frame of ['3.jpg', '1.jpg', '2.JPEG', '4.jpg']) {
        write(join(name, frame), Buffer.concat([tinyJpeg, Buffer.from(`${name} ${frame}`)]));
      }
    }
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

  describe('an ID photo', () => {
    const contents = (motions: HeadMotion[]) =>
      takeIdPhoto(folder, motions).map(({ image, motionNumber }) => [motionNumber, image.subarray(6).toString()]);

    it('has three frames looking straight, then those of each motion asked, in order of names', () => {
      expect(contents([HeadMotion.UP, HeadMotion.LEFT])).toEqual([
        [0, 'straight 1.jpg'],
        [0, 'straight 2.JPEG'],
        [0, 'straight 3.jpg'],
        ...['1.jpg', '2.JPEG', '3.jpg', '4.jpg'].map((name) => [1, `up ${name}`]),
        ...['1.jpg', '2.JPEG', '3.jpg', '4.jpg'].map((name) => [2, `left ${name}`]),
      ]);
    });

    it('tells times that only go forward', () => {
      const times = takeIdPhoto(folder, [HeadMotion.DOWN]).map(({ capturedAtMs }) => capturedAtMs);
      expect(times[0]).toBe(0);
      expect([...times].sort((a, b) => a - b)).toEqual(times);
      expect(new Set(times).size).toBe(times.length);
    });

    it('passes over files that are no frames', () => {
      write('up/notes.txt', Buffer.from('lift the chin'));
      write('up/.hidden.jpg', tinyJpeg);
      expect(contents([HeadMotion.UP])).toHaveLength(7);
    });

    it('names the folder in which frames are missing', () => {
      rmSync(join(folder, 'down'), { recursive: true });
      expect(() => checkCaptureFolder(folder)).toThrow(join(folder, 'down'));
      mkdirSync(join(folder, 'down'));
      expect(() => checkCaptureFolder(folder)).toThrow(expect.objectContaining({ code: 'FRAMES_MISSING' }));
    });

    it('names the frame that is no JPEG', () => {
      const path = write('left/5.jpg', png);
      expect(() => checkCaptureFolder(folder)).toThrow(`${path} is a PNG picture`);
    });

    it('is refused with more frames than a server takes', () => {
      for (let number = 0; number < 120; number++) write(`up/9${number}.jpg`, tinyJpeg);
      expect(() => takeIdPhoto(folder, [HeadMotion.UP])).toThrow(expect.objectContaining({ code: 'FRAMES_TOO_MANY' }));
    });
  });
});
