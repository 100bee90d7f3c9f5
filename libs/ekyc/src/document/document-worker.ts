import { parentPort } from 'node:worker_threads';
import { PICTURE_SIDES } from '@tegata/document-picture';
import { DOCUMENT_LIMITS, decodeImage, ImageRefusedError, scaledDown } from '@tegata/encoded-picture';
import { EkycError } from '../errors.ts';
import type { TaskMessage, WorkerMessage } from '../worker-protocol.ts';
import { drawTemplates } from './ocr-b-templates.ts';
import { readDocument } from './read-document.ts';
import { Tesseract } from './tesseract.ts';

// The reading worker: entry file of a thread, nothing is exported. Ready once the engines are loaded, then one answer for each task.

if (parentPort === null) throw new Error('this file is the entry of a worker thread');
const port = parentPort;
const say = (message: WorkerMessage) => port.postMessage(message);

const readers = { templates: await drawTemplates(), tesseract: await Tesseract.load() };

port.on('message', ({ ask, cancelled }: TaskMessage) => {
  const word = new Int32Array(cancelled);
  const between = () => {
    if (Atomics.load(word, 0) !== 0) throw new EkycError('EKYC_ABORTED', 'given up');
  };
  const { document, legibleOnly } = ask as { document: Uint8Array; legibleOnly: boolean };
  decodeImage(document, { ...DOCUMENT_LIMITS, workingSide: PICTURE_SIDES.patterns })
    .then(async (fine) => ({ fine, image: await scaledDown(fine, DOCUMENT_LIMITS.workingSide) }))
    .then((pictures) => readDocument(pictures, readers, legibleOnly, between))
    .then(
      (answer) => say({ kind: 'answer', answer }),
      (error: unknown) => say({ kind: 'failed', ...explained(error) }),
    );
});

say({ kind: 'ready' });

function explained(error: unknown): { code: EkycError['code']; message: string } {
  if (error instanceof EkycError) return { code: error.code, message: error.message };
  if (error instanceof ImageRefusedError) return { code: 'EKYC_INPUT_INVALID', message: error.message };
  return { code: 'EKYC_UNAVAILABLE', message: error instanceof Error ? error.message : 'the reading failed' };
}
