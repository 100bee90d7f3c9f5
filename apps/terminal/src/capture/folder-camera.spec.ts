import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tinyJpeg } from '../testing/test-network.ts';
import type { Ask, Motion, OpenCamera } from './camera.ts';
import { cameraFrom, checkCamera } from './camera-source.ts';
import { checkCaptureFolder, folderCamera } from './folder-camera.ts';

describe('a folder in place of a camera', () => {
  let folder: string;
  let camera: OpenCamera;
  const { signal } = new AbortController();
  const write = (path: string, content: Uint8Array) => {
    writeFileSync(join(folder, path), content);
    return join(folder, path);
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tegata-capture-'));
    for (const name of ['straight', 'left', 'right', 'up', 'down']) {
      mkdirSync(join(folder, name));
      for (const frame of ['3.jpg', '1.jpg', '2.JPEG', '4.jpg']) {
        write(join(name, frame), Buffer.concat([tinyJpeg, Buffer.from(`${name} ${frame}`)]));
      }
    }
    camera = await folderCamera(folder).open(signal);
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const answer = (ask: Ask) =>
    camera.answer({ ask, promptNumber: 0, promptsTotal: 5, minFrames: 3, maxFrames: 12, deadline: undefined }, signal);
  const move = (motion: Motion) => answer({ kind: 'motion', motion });
  const names = async (ask: Promise<readonly { jpeg: Uint8Array }[]>) =>
    (await ask).map(({ jpeg }) => Buffer.from(jpeg).subarray(6).toString());

  it('has as many frames looking straight as are wanted, and all of a motion, in order of names', async () => {
    const straight = ['straight 1.jpg', 'straight 2.JPEG', 'straight 3.jpg'];
    expect(await names(answer({ kind: 'straight' }))).toEqual(straight);
    expect(await names(move('up'))).toEqual(['up 1.jpg', 'up 2.JPEG', 'up 3.jpg', 'up 4.jpg']);
  });

  it('tells times that only go forward, over all prompts', async () => {
    const frames = [...(await move('down')), ...(await move('left')), ...(await move('down'))];
    const times = frames.map(({ takenAtMs }) => takenAtMs);
    expect(times[0]).toBe(0);
    expect(times.toSorted((a, b) => a - b)).toEqual(times);
    expect(new Set(times).size).toBe(times.length);
  });

  it('counts in the numbers of names', async () => {
    for (const frame of ['10.jpg', '9.jpg']) write(join('up', frame), Buffer.concat([tinyJpeg, Buffer.from(frame)]));
    expect((await names(move('up'))).slice(-2)).toEqual(['9.jpg', '10.jpg']);
  });

  it('does not wait at a pipe for who writes into it', () => {
    rmSync(join(folder, 'left', '1.jpg'));
    execFileSync('mkfifo', [join(folder, 'left', '1.jpg')]);
    expect(() => checkCaptureFolder(folder)).toThrow(expect.objectContaining({ code: 'FILE_UNREADABLE' }));
  });

  it('passes over files that are no frames', async () => {
    write('up/notes.txt', Buffer.from('lift the chin'));
    write('up/.hidden.jpg', tinyJpeg);
    expect(await names(move('up'))).toHaveLength(4);
  });

  it('names the folder in which frames are missing', () => {
    rmSync(join(folder, 'down'), { recursive: true });
    expect(() => checkCaptureFolder(folder)).toThrow(join(folder, 'down'));
    mkdirSync(join(folder, 'down'));
    expect(() => checkCaptureFolder(folder)).toThrow(expect.objectContaining({ code: 'FRAMES_MISSING' }));
  });

  it('names the frame that is no JPEG', () => {
    const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3);
    const path = write('left/5.jpg', png);
    expect(() => checkCaptureFolder(folder)).toThrow(`${path} is a PNG picture`);
  });

  it('is refused with more frames of a motion than a prompt takes', async () => {
    for (let number = 10; number < 20; number++) write(`up/${number}.jpg`, tinyJpeg);
    await expect(move('up')).rejects.toMatchObject({ code: 'FRAMES_TOO_MANY' });
  });

  it('has a frame for each colour of the screen, in the order they are shown, and names the one that is missing', async () => {
    mkdirSync(join(folder, 'colours'));
    for (const name of ['red.jpg', 'blue-1.jpg', 'blue-2.jpg']) {
      write(`colours/${name}`, Buffer.concat([tinyJpeg, Buffer.from(name)]));
    }
    const lit = await answer({ kind: 'colours', subject: 'face', colours: ['blue', 'red'] });
    expect(lit.map(({ colourNumber }) => colourNumber)).toEqual([1, 1, 2]);
    expect(await names(Promise.resolve(lit))).toEqual(['blue-1.jpg', 'blue-2.jpg', 'red.jpg']);
    await expect(answer({ kind: 'colours', subject: 'face', colours: ['green'] })).rejects.toThrow('green.jpg');
    expect(() => checkCaptureFolder(folder)).toThrow(expect.objectContaining({ code: 'FRAMES_MISSING' }));
  });

  it('has the document that is held before the camera in a folder of its own', async () => {
    mkdirSync(join(folder, 'document-colours'));
    write('document-colours/red.jpg', tinyJpeg);
    const asked = { kind: 'colours', subject: 'document', colours: ['red'] } as const;
    expect((await answer(asked)).map(({ colourNumber }) => colourNumber)).toEqual([1]);
    await expect(answer({ ...asked, subject: 'face' })).rejects.toMatchObject({ code: 'FRAMES_MISSING' });
    expect(() => checkCaptureFolder(folder)).toThrow('document-colours');
  });

  it('says who asks for the colours that it has no folder of', async () => {
    expect(() => checkCaptureFolder(folder)).not.toThrow();
    const asked = { kind: 'colours', subject: 'document', colours: ['red'] } as const;
    await expect(answer(asked)).rejects.toMatchObject({
      code: 'FRAMES_MISSING',
      message: expect.stringMatching(
        /^The authentication server asks for the document .* no folder document-colours\//,
      ),
    });
  });

  it('is one kind of camera; others are refused by name', () => {
    expect(() => checkCamera(`dir:${folder}`)).not.toThrow();
    for (const source of ['', 'dir', 'file:', 'page:x', 'v4l2', 'tape:/dev/null', 'constructor:x']) {
      expect(() => checkCamera(source)).toThrow(expect.objectContaining({ code: 'CAMERA_UNKNOWN' }));
    }
    expect(() => checkCamera('dir:/nowhere')).toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND' }));
    expect(() => cameraFrom('tape:1', { announce: () => undefined })).toThrow('tape:1');
  });
});
