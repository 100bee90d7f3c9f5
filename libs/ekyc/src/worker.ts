import { parentPort } from 'node:worker_threads';
import { DOCUMENT_LIMITS, decodeImage, ImageRefusedError } from '@tegata/encoded-picture';
import { describeFace } from './describe-face.ts';
import { EkycError } from './errors.ts';
import { digestFrames } from './frame-digests.ts';
import { Perception } from './perception.ts';
import { checkDocument, makeReference, verifyIdentity } from './verification.ts';
import type { EkycTasks, TaskMessage, WorkerMessage } from './worker-protocol.ts';

// The analysis worker: entry file of a thread, nothing is exported. Order on the channel is the protocol's: ready, then
// one answer for each task. What is not caught here ends the thread, and the pool starts another.

if (parentPort === null) throw new Error('this file is the entry of a worker thread');
const port = parentPort;
const say = (message: WorkerMessage) => port.postMessage(message);

const perception = await Perception.load();

const tasks: {
  [Name in keyof EkycTasks]: (ask: EkycTasks[Name]['ask'], between: () => void) => Promise<EkycTasks[Name]['answer']>;
} = {
  digestFrames: ({ frames, key }, between) => digestFrames(frames, key, between),
  verifyIdentity: (ask, between) => verifyIdentity(perception, ask, between),
  checkDocument: ({ document, kind }, between) => checkDocument(perception, document, kind, between),
  makeReference: ({ document, kind }, between) => makeReference(perception, document, kind, between),
  describeFace: ({ picture, kind }, between) => describeFace(perception, picture, kind, between),
  locateFaces: async ({ image }) => perception.locate(await decodeImage(image, DOCUMENT_LIMITS)),
};

port.on('message', ({ task, ask, cancelled }: TaskMessage) => {
  const word = new Int32Array(cancelled);
  const between = () => {
    if (Atomics.load(word, 0) !== 0) throw new EkycError('EKYC_ABORTED', 'given up');
  };
  const run = tasks[task as keyof EkycTasks] as (ask: unknown, between: () => void) => Promise<unknown>;
  run(ask, between).then(
    (answer) => say({ kind: 'answer', answer }),
    (error: unknown) => say({ kind: 'failed', ...explained(error) }),
  );
});

say({ kind: 'ready' });

function explained(error: unknown): { code: EkycError['code']; message: string } {
  if (error instanceof EkycError) return { code: error.code, message: error.message };
  if (error instanceof ImageRefusedError) return { code: 'EKYC_INPUT_INVALID', message: error.message };
  return { code: 'EKYC_UNAVAILABLE', message: error instanceof Error ? error.message : 'the analysis failed' };
}
