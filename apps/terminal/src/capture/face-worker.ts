import { parentPort } from 'node:worker_threads';
import { decodeImage, FRAME_LIMITS, ImageRefusedError } from '@tegata/encoded-picture';
import { drawFace, FaceMesh, registerFileLoader } from '@tegata/face-mesh';

// Looks for faces, in a thread: entry file, nothing is exported. One answer for each JPEG, in their order; whatever can't be done ends the thread.

if (parentPort === null) throw new Error('this file is the entry of a worker thread');
const port = parentPort;

registerFileLoader();
const mesh = await FaceMesh.load();
// The first picture takes several times as long as the next; and a detector that finds nobody must not judge.
if ((await mesh.find(drawFace(480))).length === 0) throw new Error('the models do not find the face they are tried on');

let last: Promise<void> = Promise.resolve();
port.on('message', (jpeg: Uint8Array) => {
  last = last.then(async () => port.postMessage(await hasFace(jpeg)));
});

/** Undefined for what the authentication server takes for no frame. */
async function hasFace(jpeg: Uint8Array): Promise<boolean | undefined> {
  try {
    return (await mesh.find(await decodeImage(jpeg, FRAME_LIMITS))).length > 0;
  } catch (error) {
    if (error instanceof ImageRefusedError) return undefined;
    throw error;
  }
}
