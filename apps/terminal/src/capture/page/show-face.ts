import { type Colour, leastDocumentSide } from '../camera.ts';
import { documentFrameSide, frameSide, leastFrameSide, type Pace, type PageView } from '../page-protocol.ts';
import { screenColours } from '../person-screen.ts';
import type { Connection } from './connection.ts';
import { announce, headed, listed, page, visible } from './elements.ts';
import type { Camera } from './video.ts';
import type { Words } from './words.ts';

type Prompt = Extract<PageView, { kind: 'prompt' }>;

/** What the screen with the face works with. */
export interface FaceScreen {
  readonly camera: Camera;
  readonly connection: Connection;
  readonly words: () => Words;
  readonly pace: Pace;
  readonly signal: AbortSignal;
}

/** Limits of brightness between which nothing is said. */
const light = { least: 45, most: 215 } as const;
const pauseMs = 500;
/** A colour stays at least so long, whatever the pace: fewer than three changes in any second (WCAG 2.3.1), red ones too. */
const leastLightMs = 340;
/** A document has to be taken up: so many leads more pass before its first colour, and at most so many milliseconds, since the prompt lapses. */
const takingUp = { leads: 4, mostMs: 4800 } as const;

/** The person places the face in the oval, and begins. */
export function showReady({ camera, connection, words, signal }: FaceScreen): void {
  const { face } = words();
  visible(page.oval, true);
  ring(0);
  const isSmall = camera.side < leastDocumentSide;
  listed(page.advice, isSmall ? [face.small(camera.side), ...face.advice] : face.advice);
  visible(page.advice, true);
  visible(page.hints, true);
  page.primary.textContent = face.start;
  visible(page.primary, true);
  page.primary.onclick = () => {
    page.primary.disabled = true;
    // Colours need the whole screen; where it is not given, the window has to do.
    document.documentElement.requestFullscreen?.({ navigationUI: 'hide' }).catch(() => undefined);
    void connection.start().catch(() => undefined);
  };
  void sayLight(camera, words, signal);
}

async function sayLight(camera: Camera, words: () => Words, signal: AbortSignal): Promise<void> {
  let said = '';
  while (!signal.aborted) {
    const brightness = camera.brightness();
    if (brightness !== undefined) {
      const { face } = words();
      const good = brightness >= light.least && brightness <= light.most;
      const text = good ? face.light : brightness < light.least ? face.dark : face.bright;
      if (text !== said) listed(page.hints, [text], good ? 'good' : 'fault');
      said = text;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** Shows one prompt, and takes and sends its frames. */
export async function showPrompt(screen: FaceScreen, prompt: Prompt): Promise<void> {
  const { camera, pace, signal } = screen;
  sayPrompt(screen.words(), prompt);
  const { ask } = prompt;
  const isHeld = ask.kind === 'colours' && ask.subject === 'document';
  page.stage.classList.toggle('held', isHeld);
  visible(page.oval, !isHeld);
  visible(page.frame, isHeld);
  ring(0);
  try {
    if (ask.kind === 'colours') await answerColours(screen, prompt, ask.colours, isHeld);
    else {
      let [seen, notBeforeMs] = [camera.pictures, 0];
      await pause(pace.lead, signal);
      for (let number = 0; number < prompt.frames; number++) {
        await camera.until(() => camera.pictures > seen && camera.elapsedMs >= notBeforeMs, signal);
        [seen, notBeforeMs] = [camera.pictures, camera.elapsedMs + pace.interval];
        await send(screen, prompt, number, 0);
        ring((100 * (number + 1)) / prompt.frames);
      }
    }
  } finally {
    unlit();
  }
}

/** Each colour fills the screen a while before its frame is taken: it has to be painted, reflected and seen. */
async function answerColours(
  screen: FaceScreen,
  prompt: Prompt,
  colours: readonly Colour[],
  isHeld: boolean,
): Promise<void> {
  const { camera, pace, signal } = screen;
  const taking = isHeld ? Math.min(takingUp.leads * pace.lead, takingUp.mostMs) : 0;
  await pause(pace.lead + taking, signal);
  let number = 0;
  for (const [k, colour] of colours.entries()) {
    let seen = camera.pictures;
    document.body.classList.add('lit');
    document.body.style.backgroundColor = `rgb(${screenColours[colour].join(' ')})`;
    await painted();
    await pause(Math.max(pace.light, leastLightMs), signal);
    for (let frame = 0; frame < prompt.frames; frame++) {
      await camera.until(() => camera.pictures > seen, signal);
      seen = camera.pictures;
      await send(screen, prompt, number++, k + 1, isHeld ? documentSide(camera) : frameSide);
    }
    ring((100 * (k + 1)) / colours.length);
  }
}

/** Of a document no frame has more pixels than the camera gives: the terminal looks at how many there are. */
function documentSide(camera: Camera): number {
  return Math.max(leastFrameSide, Math.min(documentFrameSide, camera.side));
}

function unlit(): void {
  document.body.classList.remove('lit');
  document.body.style.backgroundColor = '';
}

async function send(
  screen: FaceScreen,
  prompt: Prompt,
  number: number,
  colour: number,
  side: number = frameSide,
): Promise<void> {
  const { camera, connection, signal } = screen;
  // Whole milliseconds, and later than the frame before also where two pictures have the same time.
  const at = Math.max(lastSentMs + 1, Math.round(camera.elapsedMs));
  const jpeg = await camera.takeFrame(side);
  signal.throwIfAborted();
  lastSentMs = at;
  const { promptNumber, attempt } = prompt;
  await connection.frame({ prompt: promptNumber, attempt, number, colour, at }, jpeg, signal);
}

let lastSentMs = -1;

/** The words of a prompt, for eyes and ears. */
export function sayPrompt(words: Words, { ask, promptNumber, promptsTotal, again }: Prompt): void {
  const [title, lead] =
    ask.kind === 'straight'
      ? [words.straight, words.hold]
      : ask.kind === 'motion'
        ? [words.motions[ask.motion], words.andBack]
        : [words.colours[ask.subject], words.coloursSoon[ask.subject]];
  headed(title, lead);
  page.step.textContent = words.step(promptNumber + 1, promptsTotal);
  visible(page.step, true);
  const why = again === undefined ? [] : [words.frameFaults[again], words.again];
  listed(page.hints, why.length === 0 ? [] : [why.join(' ')], 'fault');
  visible(page.hints, why.length > 0);
  // It is part of what is announced.
  page.status.ariaLive = 'off';
  announce([...why, title, ask.kind === 'straight' ? '' : lead].join(' '));
  page.arrow.setAttribute('class', ask.kind === 'motion' ? ask.motion : '');
  visible(page.arrow, ask.kind === 'motion');
  visible(page.progress, true);
  page.progress.ariaValueMax = String(promptsTotal);
  page.progress.ariaValueNow = String(promptNumber);
  page.progress.ariaLabel = words.step(promptNumber + 1, promptsTotal);
  page.progress.replaceChildren(
    ...Array.from({ length: promptsTotal }, (_, k) => {
      const part = document.createElement('span');
      part.className = k < promptNumber ? 'done' : k === promptNumber ? 'now' : '';
      return part;
    }),
  );
}

function ring(percent: number): void {
  page.ringDone.style.strokeDasharray = `${percent} 100`;
  // An end that is round is seen of a line of no length, too.
  page.ringDone.style.strokeLinecap = percent === 0 ? 'butt' : 'round';
}

/** Two frames of the screen: then what was changed is seen. */
function painted(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
