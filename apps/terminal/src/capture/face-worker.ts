import { parentPort } from 'node:worker_threads';
import { drawFace, FaceMesh, registerFileLoader } from '@tegata/face-mesh';
import sharp from 'sharp';

// Looks for faces, in a thread: entry file, nothing is exported. One answer for each JPEG, in their order; whatever can't be done ends the thread.

if (parentPort === null) throw new Error('this file is the entry of a worker thread');
const port = parentPort;

/** Pixels of a frame that are decoded at most, and of its longer side as the authentication server looks at it. */
const [maxPixels, workingSide] = [4_000_000, 960];

registerFileLoader();
const mesh = await FaceMesh.load();
// The first picture takes several times as long as the next; and a detector that finds nobody must not judge.
if ((await mesh.find(drawFace(480))).length === 0) throw new Error('the models do not find the face they are tried on');

let last: Promise<void> = Promise.resolve();
port.on('message', (jpeg: Uint8Array) => {
  last = last.then(async () => port.postMessage(await hasFace(jpeg)));
});

/** Undefined for what can't be decoded. */
async function hasFace(jpeg: Uint8Array): Promise<boolean | undefined> {
  const decoded = await sharp(jpeg, { failOn: 'error', limitInputPixels: maxPixels })
    .resize({ width: workingSide, height: workingSide, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch(() => undefined);
  if (decoded?.info.channels !== 3) return undefined;
  const { width, height } = decoded.info;
  return (await mesh.find({ width, height, rgb: decoded.data })).length > 0;
}
