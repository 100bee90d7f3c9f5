#!/usr/bin/env node
// In place of ffmpeg at a device of Video4Linux, of which a test has none: a camera that looks at a person before a window of tmux (TEGATA_TEST_WINDOW: socket and pane), and the
// real ffmpeg, which is given its pictures, ten a second and each 0.3 s late, in place of the device's. Each is the mean of the window's cells, as tmux has drawn them.
import { execFileSync, spawn } from 'node:child_process';

const [width, height] = [64, 48];
const given = process.argv.slice(2);
const at = given.indexOf('v4l2');
const pictures = ['-f', 'rawvideo', '-pixel_format', 'rgb24', '-video_size', `${width}x${height}`, '-framerate', '10'];
const ffmpeg = spawn('ffmpeg', [...given.slice(0, at - 1), ...pictures, '-i', 'pipe:0', ...given.slice(at + 3)], {
  stdio: ['pipe', 'inherit', 'inherit'],
});
ffmpeg.on('exit', (status) => process.exit(status ?? 1));
ffmpeg.stdin.on('error', () => process.exit(1));
// What a device gives was exposed a while ago: three pictures are on their way.
const onTheWay = [];
setInterval(() => {
  onTheWay.push(Buffer.alloc(3 * width * height, Buffer.from(light())));
  if (onTheWay.length > 3) ffmpeg.stdin.write(onTheWay.shift());
}, 100);

/** Mean colour of the window; what has none is black. */
function light() {
  const [socket, pane] = process.env.TEGATA_TEST_WINDOW.split(' ');
  const drawn = execFileSync('tmux', ['-S', socket, 'capture-pane', '-peN', '-t', pane], { encoding: 'utf8' });
  const sum = [0, 0, 0];
  let cells = 0;
  for (const piece of drawn.split('\u001b[')) {
    const [, set, text] = /^([\d;]*)m([\s\S]*)$/.exec(piece) ?? [undefined, '', piece];
    const colour = colourOf(set);
    const length = text.replaceAll('\n', '').length;
    cells += length;
    for (const k of [0, 1, 2]) sum[k] += colour[k] * length;
  }
  return sum.map((value) => Math.round(value / Math.max(1, cells)));
}

/** Brightest level of this window's cube of 216 colours: its palette is its owner's, so that what is set exactly can be told from what is not. */
const brightest = 225;

/** Background that a sequence sets: exactly, or one of the cube. */
function colourOf(set) {
  const exact = /(?:^|;)48;2;(\d+);(\d+);(\d+)/.exec(set);
  if (exact !== null) return exact.slice(1).map(Number);
  const place = Number(/(?:^|;)48;5;(\d+)/.exec(set)?.[1] ?? 16) - 16;
  return [Math.floor(place / 36), Math.floor(place / 6) % 6, place % 6].map((level) =>
    level === 0 ? 0 : brightest - 40 * (5 - level),
  );
}
