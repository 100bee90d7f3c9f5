/**
 * Runs in the browser before the capture page does, in place of a camera: a person who reads what the page asks, and a camera that
 * sees the light of the screen. A picture comes when the page has changed what it asks or shows, or has taken the one before; so nothing
 * depends on how fast anything goes. The camera's clock goes on by 200 ms with each picture.
 */

/** What the person shows, JPEGs in Base64. */
interface Shown {
  readonly document: string;
  readonly straight: readonly string[];
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** by the colour of the screen, as in `rgb(255, 0, 0)` */
  readonly lit: Readonly<Record<string, string>>;
  /** the same of the document before the camera */
  readonly documentLit: Readonly<Record<string, string>>;
}

/** Chromium has it; the types do not. */
declare class MediaStreamTrackGenerator extends MediaStreamTrack {
  constructor(init: { kind: 'video' });
  readonly writable: WritableStream<VideoFrame>;
}

/** What the page asks for, in the words of either language. */
const asked: readonly [keyof Omit<Shown, 'document' | 'lit' | 'documentLit'>, RegExp][] = [
  ['left', /to your left|ご自身の左へ/],
  ['right', /to your right|ご自身の右へ/],
  ['up', /Lift your chin|あごをしっかり上げて/],
  ['down', /Lower your chin|あごを下げて/],
  ['straight', /Look straight into|カメラをまっすぐ見て/],
];

const intervalUs = 200_000;
let shown: Shown | undefined;
let track: MediaStreamTrackGenerator | undefined;
let writer: WritableStreamDefaultWriter<VideoFrame> | undefined;
let timestamp = 1_000_000;
let waiting: string[] = [];
let work: Promise<void> = Promise.resolve();

/** Pictures come one after the other. */
function emit(picture: string): void {
  work = work.then(async () => {
    const octets = Uint8Array.from(atob(picture), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([octets], { type: 'image/jpeg' }));
    timestamp += intervalUs;
    await writer?.write(new VideoFrame(bitmap, { timestamp }));
    bitmap.close();
  });
}

function next(): void {
  const picture = waiting.shift();
  if (picture !== undefined) emit(picture);
}

navigator.mediaDevices.getUserMedia = async (constraints) => {
  if (shown === undefined) throw new DOMException('no camera', 'NotFoundError');
  const { video } = constraints ?? {};
  const facing = typeof video === 'object' ? video.facingMode : undefined;
  const ofDocument = typeof facing === 'object' && 'ideal' in facing && facing.ideal === 'environment';
  track = new MediaStreamTrackGenerator({ kind: 'video' });
  writer = track.writable.getWriter();
  const first = ofDocument ? shown.document : shown.straight[0]!;
  emit(first);
  emit(first);
  return new MediaStream([track]);
};

const toBlob = HTMLCanvasElement.prototype.toBlob;
HTMLCanvasElement.prototype.toBlob = function (this: HTMLCanvasElement, done, ...kind) {
  toBlob.call(
    this,
    (blob) => {
      // The picture was taken: the person goes on.
      next();
      done(blob);
    },
    ...kind,
  );
};

function readTitle(title: string): void {
  const motion = asked.find(([, words]) => words.test(title))?.[0];
  if (motion === undefined || shown === undefined) return;
  // After a motion the person looks straight. As many as the page takes, so that none is left for what is asked next.
  const { [motion]: moves, straight } = shown;
  const count = motion === 'straight' ? 4 : 8;
  const rest = Array.from({ length: count }, (_, k) => straight[k % straight.length]!);
  waiting = [...moves, ...rest].slice(0, count);
  next();
}

function seeLight(): void {
  const isHeld = document.getElementById('stage')?.classList.contains('held');
  const pictures = isHeld ? shown?.documentLit : shown?.lit;
  const picture = pictures?.[getComputedStyle(document.body).backgroundColor];
  waiting = [];
  if (picture !== undefined && document.body.classList.contains('lit')) emit(picture);
}

addEventListener('DOMContentLoaded', () => {
  const title = document.getElementById('title');
  const step = document.getElementById('step');
  if (title === null || step === null) return;
  let [read, lit] = ['', ''];
  new MutationObserver(() => {
    const now = `${step.textContent} ${title.textContent}`;
    if (now === read) return;
    read = now;
    if (!step.hidden) readTitle(title.textContent ?? '');
  }).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['hidden'] });
  new MutationObserver(() => {
    const now = document.body.style.backgroundColor;
    if (now === lit) return;
    lit = now;
    seeLight();
  }).observe(document.body, { attributes: true, attributeFilter: ['style'] });
});

Object.assign(globalThis, {
  showToCamera: (pictures: Shown) => {
    shown = pictures;
  },
  /** A track that ends by itself says so to the page; one that the page ends does not. */
  unplugCamera: () => track?.dispatchEvent(new Event('ended')),
});
