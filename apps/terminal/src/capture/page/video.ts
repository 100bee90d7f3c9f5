import { page } from './elements.ts';

/** Which way a camera looks. */
export type Facing = 'user' | 'environment';

/** Size that is asked of a camera; it gives what it can. */
const wishes = {
  user: { width: { ideal: 1280 }, height: { ideal: 720 } },
  environment: { width: { ideal: 1920 }, height: { ideal: 1080 } },
} as const;

/** Pixels in a small copy of the picture, for how bright it is. */
const smallSide = 32;

/** The camera of the browser. Every picture that it gives is counted, so that none is taken twice. */
export class Camera {
  readonly #stream: MediaStream;
  #pictures = 0;
  #elapsedMs = 0;
  #lastMediaTime: number | undefined;
  #lastNow: number | undefined;
  #waiting: (() => void)[] = [];

  private constructor(
    stream: MediaStream,
    readonly facing: Facing,
  ) {
    this.#stream = stream;
  }

  /** Asks the browser for a camera and shows it; `onLost` is told when it stops by itself. Throws what getUserMedia throws. */
  static async open(facing: Facing, onLost: () => void): Promise<Camera> {
    const video = { facingMode: { ideal: facing }, ...wishes[facing] };
    const stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
    const camera = new Camera(stream, facing);
    for (const track of stream.getTracks()) track.addEventListener('ended', onLost, { once: true });
    page.video.srcObject = stream;
    camera.#count();
    await page.video.play();
    return camera;
  }

  /** Pictures so far. */
  get pictures(): number {
    return this.#pictures;
  }

  /** Milliseconds from the first picture to the last, by the camera's own clock. */
  get elapsedMs(): number {
    return this.#elapsedMs;
  }

  /** Waits for a picture that satisfies. The signal's reason. */
  async until(satisfied: () => boolean, signal: AbortSignal): Promise<void> {
    while (!satisfied()) {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    signal.throwIfAborted();
  }

  /** Side of the square in the middle of the picture, pixels. */
  get side(): number {
    return Math.min(page.video.videoWidth, page.video.videoHeight);
  }

  /** The middle of the picture as a square frame of so many pixels, not mirrored: JPEG. */
  takeFrame(frameSide: number): Promise<Blob> {
    const { videoWidth, videoHeight } = page.video;
    const { side } = this;
    const canvas = drawn(frameSide, frameSide, (context) =>
      context.drawImage(
        page.video,
        ...([(videoWidth - side) / 2, (videoHeight - side) / 2, side, side] as const),
        ...([0, 0, frameSide, frameSide] as const),
      ),
    );
    return encoded(canvas, 0.9);
  }

  /** The whole picture: JPEG. */
  takePicture(): Promise<Blob> {
    const { videoWidth, videoHeight } = page.video;
    return encoded(
      drawn(videoWidth, videoHeight, (context) => context.drawImage(page.video, 0, 0)),
      0.95,
    );
  }

  /** Pixels of the whole picture, its longer side at most so long; undefined before there is one. */
  pixels(longest: number): ImageData | undefined {
    const { videoWidth, videoHeight } = page.video;
    if (videoWidth === 0) return undefined;
    const scale = Math.min(1, longest / Math.max(videoWidth, videoHeight));
    const [width, height] = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
    const canvas = drawn(width, height, (context) => context.drawImage(page.video, 0, 0, width, height));
    return contextOf(canvas).getImageData(0, 0, width, height);
  }

  /** Mean brightness in the middle of the picture, 0 to 255; undefined before there is one. */
  brightness(): number | undefined {
    const { videoWidth, videoHeight } = page.video;
    if (videoWidth === 0) return undefined;
    const side = Math.min(videoWidth, videoHeight) / 2;
    const canvas = drawn(smallSide, smallSide, (context) =>
      context.drawImage(
        page.video,
        ...([(videoWidth - side) / 2, (videoHeight - side) / 2, side, side] as const),
        ...([0, 0, smallSide, smallSide] as const),
      ),
    );
    const { data } = contextOf(canvas).getImageData(0, 0, smallSide, smallSide);
    let sum = 0;
    for (let at = 0; at < data.length; at += 4) sum += data[at]! + data[at + 1]! + data[at + 2]!;
    return sum / (3 * smallSide * smallSide);
  }

  /** Lets the camera go. */
  close(): void {
    for (const track of this.#stream.getTracks()) track.stop();
    page.video.srcObject = null;
  }

  #count(): void {
    page.video.requestVideoFrameCallback((now, { mediaTime }) => {
      if (page.video.srcObject !== this.#stream) return;
      this.#pictures++;
      const byMedia = (mediaTime - (this.#lastMediaTime ?? mediaTime)) * 1000;
      // Some browsers have no clock for cameras.
      this.#elapsedMs += byMedia > 0 ? byMedia : Math.max(0, now - (this.#lastNow ?? now));
      [this.#lastMediaTime, this.#lastNow] = [mediaTime, now];
      for (const satisfied of this.#waiting.splice(0)) satisfied();
      this.#count();
    });
  }
}

function drawn(width: number, height: number, draw: (context: CanvasRenderingContext2D) => void): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  draw(contextOf(canvas));
  return canvas;
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('this browser does not draw');
  return context;
}

function encoded(canvas: HTMLCanvasElement, quality: number): Promise<Blob> {
  return new Promise((resolve, reject) => {
    const done = (blob: Blob | null) => (blob === null ? reject(new Error('not encoded')) : resolve(blob));
    canvas.toBlob(done, 'image/jpeg', quality);
  });
}
