import { pictureFaults, straightenDocument } from '@tegata/document-picture';
import type { DocumentFault } from '../page-protocol.ts';
import type { Connection } from './connection.ts';
import { announce, listed, page, visible } from './elements.ts';
import type { Camera } from './video.ts';
import type { Words } from './words.ts';

/** Longer side of the picture in which the document is looked for while it is held, pixels. */
const searchSide = 800;
/** Pause between two looks at least; twice as long as a look takes, so that the page stays lively. */
const pauseMs = 400;

/** What the screen that photographs the document works with. */
export interface DocumentScreen {
  readonly camera: Camera | undefined;
  readonly connection: Connection;
  readonly words: () => Words;
  readonly signal: AbortSignal;
}

/** What is wrong with the picture that is shown; `checking` until the terminal has said. */
let reviewed: readonly DocumentFault[] | 'checking' | undefined;

/** Whether a picture that was taken is shown. */
export function isInReview(): boolean {
  return !page.still.hidden;
}

/** Photographs the document: live hints, then the picture for the person to see, then the terminal's word. */
export function showDocument(screen: DocumentScreen): void {
  const { camera, words, signal } = screen;
  reviewed = undefined;
  page.file.onchange = () => {
    const [chosen] = page.file.files ?? [];
    page.file.value = '';
    if (chosen !== undefined) void review(screen, chosen);
  };
  page.chooseLabel.textContent = words().document.choose;
  visible(page.choose, true);
  if (camera === undefined) return;
  visible(page.frame, true);
  visible(page.hints, true);
  page.primary.textContent = words().document.take;
  visible(page.primary, true);
  page.primary.onclick = async () => {
    page.primary.disabled = true;
    void review(screen, await camera.takePicture());
  };
  void hint(screen, camera, signal);
}

/** Says what is wrong as long as the document is held before the camera. Each thing is said once until it changes. */
async function hint(screen: DocumentScreen, camera: Camera, signal: AbortSignal): Promise<void> {
  let said = '';
  while (!signal.aborted && !isInReview()) {
    const begun = performance.now();
    const faults = look(camera);
    const tookMs = performance.now() - begun;
    if (faults !== undefined) {
      const { documentFaults, document } = screen.words();
      const [fault] = faults;
      const text = fault === undefined ? document.good : documentFaults[fault];
      page.frame.classList.toggle('good', fault === undefined);
      if (text !== said) listed(page.hints, [text], fault === undefined ? 'good' : 'fault');
      said = text;
    }
    await new Promise((resolve) => setTimeout(resolve, Math.max(pauseMs, 2 * tookMs)));
  }
}

/** What is wrong with what the camera sees; undefined while it sees nothing. */
function look(camera: Camera): readonly DocumentFault[] | undefined {
  const pixels = camera.pixels(searchSide);
  if (pixels === undefined) return undefined;
  const { width, height, data } = pixels;
  const rgb = new Uint8Array(3 * width * height);
  for (let from = 0, to = 0; from < data.length; from += 4) {
    rgb[to++] = data[from]!;
    rgb[to++] = data[from + 1]!;
    rgb[to++] = data[from + 2]!;
  }
  // A picture of so few pixels shows no pattern of a screen or a print: the terminal looks for it in the one that is taken.
  const { picture } = straightenDocument({ width, height, rgb }, { fine: 'none' });
  // The picture that is taken has more pixels than the one that is looked at.
  const scale = Math.max(page.video.videoWidth, page.video.videoHeight) / Math.max(width, height);
  return pictureFaults({ ...picture, width: picture.width * scale });
}

/** Shows the picture; the terminal says whether it does. */
async function review(screen: DocumentScreen, picture: Blob): Promise<void> {
  const { camera, connection, words, signal } = screen;
  const shown = URL.createObjectURL(picture);
  page.still.src = shown;
  visible(page.still, true);
  visible(page.stage, true);
  visible(page.frame, false);
  visible(page.hints, true);
  page.primary.disabled = true;
  visible(page.secondary, false);
  reviewed = 'checking';
  sayReview(words());
  const faults = await connection.document(picture, false).then(
    (answer) => answer.faults,
    (): readonly DocumentFault[] => ['DOCUMENT_UNREADABLE'],
  );
  // With nothing wrong the terminal goes on, and the next state is there soon.
  if (signal.aborted || faults.length === 0) return;
  reviewed = faults;
  sayReview(words());
  announce(words().document.notGood);
  page.primary.onclick = () => {
    URL.revokeObjectURL(shown);
    visible(page.still, false);
    visible(page.secondary, false);
    page.primary.disabled = false;
    showDocument(screen);
  };
  page.secondary.onclick = () => {
    page.secondary.disabled = true;
    void connection.document(picture, true);
  };
  page.primary.disabled = false;
  page.secondary.disabled = false;
  visible(page.primary, camera !== undefined);
  visible(page.secondary, !faults.includes('DOCUMENT_UNREADABLE'));
  (camera === undefined ? page.file : page.primary).focus();
}

/** The words beside a picture that was taken. */
export function sayReview({ document, documentFaults }: Words): void {
  page.still.alt = document.still;
  page.chooseLabel.textContent = document.choose;
  if (reviewed === undefined || reviewed === 'checking') listed(page.hints, [document.checking]);
  else {
    const sentences = reviewed.map((fault) => documentFaults[fault]);
    listed(page.hints, sentences, 'fault');
  }
  page.primary.textContent = document.again;
  page.secondary.textContent = document.anyway;
}
