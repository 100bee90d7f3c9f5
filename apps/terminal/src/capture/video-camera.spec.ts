import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Ask, LitSubject, ShownPrompt } from './camera.ts';
import { cameraFrom, checkCamera } from './camera-source.ts';
import { ffmpegArguments } from './ffmpeg.ts';
import { checkRecording, deviceCamera, recordingCamera } from './video-camera.ts';

const { signal } = new AbortController();
const nobody = { announce: () => undefined };
const prompt = (ask: Ask, limits: Partial<ShownPrompt> = {}): ShownPrompt => ({
  ...{ ask, promptNumber: 0, promptsTotal: 6, minFrames: 4, maxFrames: 12, deadline: undefined },
  ...limits,
});

/** A YUV4MPEG2 video at 5 frames a second, uncompressed: each frame of one brightness. */
function video(brightness: readonly number[], [width, height] = [640, 480]): Uint8Array {
  const frames = brightness.flatMap((luma) => [
    Buffer.from('FRAME\n'),
    Buffer.alloc(width * height, luma),
    Buffer.alloc((width * height) / 2, 128),
  ]);
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F5:1 Ip A1:1 C420jpeg\n`), ...frames]);
}

describe('a camera that needs ffmpeg', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tegata-video-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const written = (content: Uint8Array, name = 'video.y4m') => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  it('says what is missing where ffmpeg is not installed, before a contract is applied for', () => {
    const nowhere = join(folder, 'ffmpeg');
    const missing = expect.objectContaining({ code: 'FFMPEG_MISSING', message: expect.stringContaining(nowhere) });
    expect(() => checkRecording(written(video([16])), nowhere)).toThrow(missing);
  });

  it.each([
    '',
    'video0',
    '/dev/video',
    '/dev/video0 -f lavfi',
    '/dev/../etc/passwd',
    '-i',
    '/dev/video0\n',
    '/dev/video99999',
  ])('is no device called %j', (device) => {
    expect(() => checkCamera(`v4l2:${device}`)).toThrow(expect.objectContaining({ code: 'CAMERA_UNKNOWN' }));
  });

  it('names the device or the video that is not there', () => {
    expect(() => checkCamera('v4l2:/dev/video987')).toThrow(expect.objectContaining({ code: 'CAMERA_MISSING' }));
    expect(() => checkCamera(`file:${folder}/none.mp4`)).toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND' }));
    expect(() => checkCamera(`file:${folder}`)).toThrow(expect.objectContaining({ code: 'FILE_UNREADABLE' }));
  });

  it('takes a path for a path, whatever it looks like', () => {
    for (const path of ['-y', 'http://127.0.0.1/a.mp4', 'concat:a|b', '/a b;reboot']) {
      const given = ffmpegArguments({ kind: 'recording', path });
      expect(given).toContain(`file:${path}`);
      expect(given).not.toContain(path);
    }
  });

  it('is given up when it shows nothing, and can be stopped before', async () => {
    const stalled = join(folder, 'ffmpeg');
    writeFileSync(stalled, '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 });
    const nothing = { code: 'CAMERA_FAILED', message: expect.stringContaining('no picture in 0.1 seconds') };
    const camera = deviceCamera('/dev/video0', undefined, stalled, 100);
    await expect(camera.open(signal)).rejects.toMatchObject(nothing);
    await expect(camera.documentSide?.(signal)).rejects.toMatchObject(nothing);
    const stop = new AbortController();
    const opening = deviceCamera('/dev/video0', undefined, stalled).open(stop.signal);
    stop.abort(new Error('stopped'));
    await expect(opening).rejects.toThrow('stopped');
  });

  const withFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0 ? it : it.skip;
  const skipped = withFfmpeg === it ? '' : ' (skipped: ffmpeg is not installed)';

  withFfmpeg(
    `takes the frames of a recording in order, each once, five a second, whatever is asked${skipped}`,
    async () => {
      const brightness = Array.from({ length: 16 }, (_, k) => 40 + 10 * k);
      const camera = await cameraFrom(`file:${written(video(brightness))}`, nobody).open(signal);
      try {
        const straight = await camera.answer(prompt({ kind: 'straight' }, { minFrames: 3, maxFrames: 10 }), signal);
        const motion = await camera.answer(prompt({ kind: 'motion', motion: 'up' }), signal);
        const asked = { kind: 'colours', subject: 'face', colours: ['red', 'blue', 'green'] } as const;
        const lit = await camera.answer(prompt(asked, { minFrames: 1, maxFrames: 3 }), signal);
        expect([straight.length, motion.length, lit.length]).toEqual([4, 9, 3]);
        expect(lit.map(({ colourNumber }) => colourNumber)).toEqual([1, 2, 3]);
        const frames = [...straight, ...motion, ...lit];
        expect(frames.map(({ takenAtMs }) => takenAtMs)).toEqual(frames.map((_, k) => 200 * k));
        const levels = [];
        for (const { jpeg } of frames) {
          const { width, height, format } = await sharp(jpeg).metadata();
          expect([width, height, format]).toEqual([480, 480, 'jpeg']);
          levels.push((await sharp(jpeg).stats()).channels[0]?.mean ?? 0);
        }
        // luminance of video goes from 16 to 235
        const shown = brightness.map((luma) => ((luma - 16) * 255) / 219);
        for (const [k, level] of levels.entries()) expect(Math.abs(level - shown[k]!)).toBeLessThan(5);
      } finally {
        await camera.close({ kind: 'sent' });
      }
    },
  );

  withFfmpeg(
    `makes the document before the camera no larger than the camera gives it, unlike a face${skipped}`,
    async () => {
      const sides = async (size: [number, number]) => {
        const camera = await recordingCamera(written(video([60, 70, 80, 90, 100], size))).open(signal);
        const one = { minFrames: 1, maxFrames: 1 };
        const lit = (subject: LitSubject) =>
          camera.answer(prompt({ kind: 'colours', subject, colours: ['red'] }, one), signal);
        const frames = [...(await lit('face')), ...(await lit('document')), ...(await lit('face'))];
        await camera.close({ kind: 'sent' });
        return Promise.all(frames.map(async ({ jpeg }) => (await sharp(jpeg).metadata()).width));
      };
      expect(await sides([640, 360])).toEqual([480, 360, 480]);
      expect(await sides([1280, 720])).toEqual([480, 480, 480]);
    },
  );

  withFfmpeg(`says before it is used how many pixels a document has before it${skipped}`, async () => {
    const side = (path: string) => recordingCamera(path).documentSide?.(signal);
    expect(await side(written(video([60], [640, 360])))).toBe(360);
    expect(await side(written(video([60], [1280, 720])))).toBe(480);
    await expect(side(written(Buffer.from('no video'), 'text.mp4'))).rejects.toMatchObject({ code: 'CAMERA_FAILED' });
  });

  withFfmpeg(`takes a video of JPEGs, also of one whose size changes${skipped}`, async () => {
    const jpeg = (width: number, height: number) =>
      sharp({ create: { width, height, channels: 3, background: '#668899' } })
        .jpeg()
        .toBuffer();
    const [wide, odd] = [await jpeg(640, 480), await jpeg(481, 641)];
    // 25 a second, of which five are taken
    const pictures = [wide, odd].flatMap((picture) => new Array<Uint8Array>(50).fill(picture));
    const camera = await recordingCamera(written(Buffer.concat(pictures), 'video.mjpeg')).open(signal);
    const frames = [];
    for (const motion of ['up', 'down'] as const)
      frames.push(...(await camera.answer(prompt({ kind: 'motion', motion }), signal)));
    await camera.close({ kind: 'sent' });
    const sides = await Promise.all(frames.map(async ({ jpeg }) => (await sharp(jpeg).metadata()).width));
    expect(sides).toEqual(new Array(18).fill(480));
  });

  withFfmpeg(`says in words that a recording is none, or has no video${skipped}`, async () => {
    const said = async (path: string) =>
      recordingCamera(path)
        .open(signal)
        .catch(({ message }: Error) => message);
    const silence = join(folder, 'sound.mp4');
    const sound = ['-f', 'lavfi', '-i', 'anullsrc', '-t', '0.1', silence];
    expect(spawnSync('ffmpeg', ['-loglevel', 'error', ...sound]).status).toBe(0);
    expect(await said(silence)).toBe('ffmpeg gave no pictures: there is no video in it');
    const broken = written(Buffer.from('no video'), 'text.mp4');
    expect(await said(broken)).toMatch(/^ffmpeg gave no pictures: moov atom not found; file:.*: Invalid data/);
  });

  withFfmpeg(`says that a recording is over, and after how much${skipped}`, async () => {
    const camera = await recordingCamera(written(video([50, 60, 70, 80, 90]))).open(signal);
    await camera.answer(prompt({ kind: 'straight' }), signal);
    const more = camera.answer(prompt({ kind: 'motion', motion: 'left' }), signal);
    await expect(more).rejects.toMatchObject({
      code: 'FRAMES_MISSING',
      message: expect.stringContaining('after 5 frames'),
    });
    await camera.close({ kind: 'failed', message: 'over' });
  });

  withFfmpeg(`opens no other files that a list names, and nothing that is no video${skipped}`, async () => {
    const listed = written(video([100, 100]), 'listed.y4m');
    const list = written(Buffer.from(`ffconcat version 1.0\nfile '${listed}'\n`), 'list.ffconcat');
    const playlist = written(Buffer.from(`#EXTM3U\n#EXTINF:1,\n${listed}\n`), 'list.m3u8');
    const text = written(Buffer.from('no video at all'), 'text.mp4');
    for (const path of [list, playlist, text]) {
      await expect(recordingCamera(path).open(signal)).rejects.toMatchObject({ code: 'CAMERA_FAILED' });
    }
  });

  withFfmpeg(`stops when the application is stopped${skipped}`, async () => {
    const stopped = AbortSignal.abort(new Error('stopped'));
    await expect(recordingCamera(written(video([1, 2, 3]))).open(stopped)).rejects.toThrow('stopped');
  });
});
