import type { PageState, PageView, RefusedBefore, Told } from '../page-protocol.ts';
import { Connection, RefusedError } from './connection.ts';
import { announce, clear, headed, type Line, listed, page, visible } from './elements.ts';
import { isInReview, sayReview, showDocument } from './show-document.ts';
import { sayPrompt, showPrompt, showReady } from './show-face.ts';
import { Camera, type Facing } from './video.ts';
import { type Language, preferredLanguage, words } from './words.ts';

let language: Language = preferredLanguage(navigator.languages);
let camera: Camera | undefined;
let current: PageState | undefined;
let connection: Connection | undefined;
let activity = new AbortController();
/** What is shown where the terminal has no word any more. */
let last: Farewell | undefined;
type Farewell = 'linkUsed' | 'linkWrong' | 'gone';

const spoken = () => words[language];

page.language.onclick = () => {
  language = language === 'en' ? 'ja' : 'en';
  translate();
  if (last !== undefined) farewell(last);
  else if (current !== undefined) sayAgain(current);
  // Whoever chose the language may choose again: the title does not take the focus from them.
  page.language.focus();
};

/** The same in other words. A prompt goes on meanwhile, and a picture that was taken stays. */
function sayAgain(state: PageState): void {
  const { view } = state;
  if (view.kind === 'prompt') sayPrompt(spoken(), view);
  else if (view.kind === 'document' && isInReview()) {
    sayDocument(view);
    sayReview(spoken());
  } else void show(state);
}

function translate(): void {
  document.documentElement.lang = language;
  page.language.textContent = spoken().otherLanguage;
  page.language.lang = language === 'en' ? 'ja' : 'en';
  describePreview();
}

async function run(): Promise<void> {
  translate();
  headed(spoken().application.title, spoken().application.lead);
  try {
    connection = await Connection.open();
  } catch (error) {
    if (!(error instanceof RefusedError)) return farewell('gone');
    return farewell(error.message === 'LINK_WRONG' ? 'linkWrong' : 'linkUsed');
  }
  for (let version = 0; current?.view.kind !== 'end'; ) {
    const next = await connection.next(version).catch((error: unknown) => error as Error);
    if (next instanceof Error) return farewell(next instanceof RefusedError ? 'linkUsed' : 'gone');
    if (next.version === version) continue;
    version = next.version;
    current = next;
    void show(next);
  }
}

/** Shows a state; what went on for the one before ends. */
async function show({ view, pace }: PageState): Promise<void> {
  activity.abort(new DOMException('the page goes on', 'AbortError'));
  activity = new AbortController();
  const { signal } = activity;
  if (connection === undefined) return;
  // Between prompts the picture stays, so that the person stays.
  if (view.kind === 'wait' && view.what === 'prompt' && camera !== undefined) {
    sayNext();
    return;
  }
  clear();
  try {
    switch (view.kind) {
      case 'document': {
        sayDocument(view);
        page.title.focus();
        const opened = await openCamera('environment', signal);
        showDocument({ camera: opened, connection, words: spoken, signal });
        return;
      }
      case 'ready': {
        headed(spoken().face.title, spoken().face.lead);
        sayRefused(view.refused);
        page.title.focus();
        const opened = await openCamera('user', signal);
        if (opened !== undefined) showReady({ camera: opened, connection, words: spoken, pace, signal });
        return;
      }
      case 'prompt': {
        const opened = await openCamera('user', signal);
        if (opened !== undefined) await showPrompt({ camera: opened, connection, words: spoken, pace, signal }, view);
        return;
      }
      case 'wait':
        closeCamera();
        headed(spoken()[view.what === 'decision' ? 'decision' : 'application'].title, waitingFor(view));
        announce(page.title.textContent ?? '');
        visible(page.spinner, true);
        return;
      case 'end':
        closeCamera();
        sayEnd(view);
        page.title.focus();
    }
  } catch (error) {
    // The state goes on without this activity; anything else is a fault, which the browser's console shows.
    if (!signal.aborted) console.error(error);
  }
}

function waitingFor({ what }: Extract<PageView, { kind: 'wait' }>): string {
  return what === 'decision' ? spoken().decision.lead : spoken().application.lead;
}

function sayDocument({ refused }: Extract<PageView, { kind: 'document' }>): void {
  headed(spoken().document.title, spoken().document.lead);
  sayRefused(refused);
}

/** What was asked for is done; the line below the title stays as high as it was. */
function sayNext(): void {
  const { next, application } = spoken();
  const { refused, advice, hints, arrow, primary, progress } = page;
  headed(progress.hidden ? application.title : next, '\u00a0');
  for (const part of [refused, advice, hints, arrow, primary]) visible(part, false);
}

/** The sentence of a reason; one that there is in English only says so, for who has it read out. */
function told({ en, ja }: Told): Line {
  if (language === 'en') return { text: en };
  return ja === undefined ? { text: en, lang: 'en' } : { text: ja };
}

function sayRefused(refused: RefusedBefore | undefined): void {
  if (refused === undefined) return;
  const reasons = refused.reasons.map(told);
  page.refusedTitle.textContent = spoken().refused;
  listed(page.refusedReasons, reasons);
  const { triesLeft } = refused;
  const tries = triesLeft === undefined ? '' : spoken().triesLeft(triesLeft);
  page.refusedTries.textContent = tries;
  visible(page.refusedTries, tries !== '');
  visible(page.refused, true);
  announce(`${spoken().refused}: ${[...reasons.map(({ text }) => text), tries].join(' ').trim()}`);
}

function sayEnd(view: Extract<PageView, { kind: 'end' }>): void {
  const { title, lead } = view.complete ? spoken().complete : spoken().stopped;
  headed(title, lead);
  if (view.complete) return;
  listed(page.advice, [told(view.why)]);
  visible(page.advice, true);
}

/** The camera that looks this way; without one the person is told what to do, and undefined is given. */
async function openCamera(facing: Facing, signal: AbortSignal): Promise<Camera | undefined> {
  if (camera?.facing !== facing) {
    closeCamera();
    const opened = await Camera.open(facing, cameraLost).catch(() => undefined);
    if (signal.aborted) {
      opened?.close();
      signal.throwIfAborted();
    }
    camera = opened;
  }
  if (camera === undefined) {
    sayNoCamera();
    return undefined;
  }
  page.stage.className = facing === 'user' ? 'face' : '';
  const { videoWidth, videoHeight } = page.video;
  page.stage.style.aspectRatio = facing === 'user' ? '1' : `${videoWidth || 4} / ${videoHeight || 3}`;
  describePreview();
  visible(page.stage, true);
  return camera;
}

function describePreview(): void {
  const { face, document } = spoken();
  page.video.ariaLabel = camera?.facing === 'environment' ? document.preview : face.preview;
}

/** A camera that was unplugged, or may not be used any more. Another one takes its place, but not in the middle of a prompt, which lapses. */
function cameraLost(): void {
  closeCamera();
  if (current === undefined) return;
  if (current.view.kind !== 'prompt') {
    void show(current);
    return;
  }
  activity.abort(new DOMException('the camera is gone', 'AbortError'));
  clear();
  sayNoCamera();
  visible(page.secondary, false);
}

function sayNoCamera(): void {
  const { title, lead, retry } = spoken().noCamera;
  listed(page.hints, [`${title}. ${lead}`], 'fault');
  visible(page.hints, true);
  page.secondary.textContent = retry;
  visible(page.secondary, true);
  page.secondary.onclick = () => {
    if (current !== undefined) void show(current);
  };
}

function closeCamera(): void {
  camera?.close();
  camera = undefined;
  if (document.fullscreenElement !== null) void document.exitFullscreen().catch(() => undefined);
}

function farewell(which: Farewell): void {
  last = which;
  activity.abort(new DOMException('the page is over', 'AbortError'));
  closeCamera();
  clear();
  headed(spoken()[which].title, spoken()[which].lead);
  page.title.focus();
}

void run();
