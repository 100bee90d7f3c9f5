/**
 * A capture in the window that this runs in, as `contract apply --camera v4l2:` makes it: what the person is shown comes to the command in its stream, and is
 * reported back. Arguments: a program in place of ffmpeg, and a folder, which gets the frames.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { Progress } from '../../application/run.ts';
import type { Ask } from '../../capture/camera.ts';
import { preferredLanguage } from '../../capture/page/words.ts';
import { deviceCamera } from '../../capture/video-camera.ts';
import { CallersScreens } from '../../services/callers-screens.ts';
import { progressMessage } from '../../services/contracts.ts';
import { streamed } from '../../services/streamed.ts';
import { followApplication } from '../contract-progress.ts';
import { Output } from '../output.ts';
import { WindowScreen } from '../window-screen.ts';

const [program = '', folder = ''] = process.argv.slice(2);
const asks: readonly Ask[] = [
  { kind: 'straight' },
  { kind: 'colours', subject: 'face', colours: ['magenta', 'green', 'red', 'cyan', 'yellow', 'blue'] },
];

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort(new Error('stopped by Ctrl-C')));
const { signal } = interrupted;
const window = WindowScreen.of({ input: process.stdin, output: process.stderr }, process.env);
if (window === undefined) throw new Error('there is no window');

const screens = new CallersScreens();
async function* capture() {
  const told = streamed<Progress>(async (tell) => {
    const language = preferredLanguage([window?.language ?? '']);
    const screen = screens.of(language, (number, view) => tell({ kind: 'screen', number, view }));
    const camera = await deviceCamera('/dev/video0', screen, program).open(signal);
    try {
      for (const [promptNumber, ask] of asks.entries()) {
        tell({ kind: 'note', note: `prompt ${promptNumber + 1}` });
        const limits = ask.kind === 'colours' ? { minFrames: 1, maxFrames: 3 } : { minFrames: 3, maxFrames: 12 };
        const place = { promptNumber, promptsTotal: asks.length, deadline: undefined };
        const frames = await camera.answer({ ask, ...place, ...limits }, signal);
        for (const { jpeg, takenAtMs, colourNumber } of frames) {
          const colour = ask.kind === 'colours' ? ask.colours[colourNumber - 1] : ask.kind;
          writeFileSync(join(folder, `${String(takenAtMs).padStart(6, '0')}-${colour}.jpg`), jpeg);
        }
      }
    } finally {
      await camera.close({ kind: 'sent' });
    }
  });
  for await (const progress of told) yield { progress: progressMessage(progress) };
}

const report = async (number: number) => screens.report(number);
try {
  await followApplication(new Output(process, false), capture(), { open: false, window, report, signal });
  console.error('the capture is over');
} catch (error) {
  console.error(`ended: ${error instanceof Error ? error.message : error}`);
}
