/** An element of the page, by its id. Throws where index.html has none of this kind. */
function element<E extends Element>(id: string, kind: new () => E): E {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`no ${kind.name} called ${id}`);
}

/** What the page is made of. */
export const page = {
  language: element('language', HTMLButtonElement),
  step: element('step', HTMLElement),
  title: element('title', HTMLElement),
  lead: element('lead', HTMLElement),
  refused: element('refused', HTMLElement),
  refusedTitle: element('refused-title', HTMLElement),
  refusedReasons: element('refused-reasons', HTMLElement),
  refusedTries: element('refused-tries', HTMLElement),
  stage: element('stage', HTMLElement),
  video: element('video', HTMLVideoElement),
  still: element('still', HTMLImageElement),
  oval: element('oval', SVGSVGElement),
  ringDone: element('ring-done', SVGPathElement),
  arrow: element('arrow', SVGSVGElement),
  frame: element('frame', HTMLElement),
  status: element('status', HTMLElement),
  hints: element('hints', HTMLElement),
  progress: element('progress', HTMLElement),
  spinner: element('spinner', HTMLElement),
  advice: element('advice', HTMLElement),
  primary: element('primary', HTMLButtonElement),
  secondary: element('secondary', HTMLButtonElement),
  choose: element('choose', HTMLElement),
  chooseLabel: element('choose-label', HTMLElement),
  file: element('file', HTMLInputElement),
  announcer: element('announcer', HTMLElement),
};

/** Shows or hides an element. */
export function visible(shown: Element, yes: boolean): void {
  shown.toggleAttribute('hidden', !yes);
}

/** A line, and its language where that is not the page's. */
export interface Line {
  readonly text: string;
  readonly lang?: string;
}

/** The lines of a list. */
export function listed(list: Element, lines: readonly (string | Line)[], kind = ''): void {
  list.replaceChildren(
    ...lines.map((line) => {
      const { text, lang = '' } = typeof line === 'string' ? { text: line } : line;
      const item = document.createElement('li');
      item.className = kind;
      item.textContent = text;
      if (lang !== '') item.lang = lang;
      return item;
    }),
  );
}

/** Everything away but title and lead. */
export function clear(): void {
  const { step, refused, stage, still, oval, arrow, frame, hints, progress, spinner, advice } = page;
  const { primary, secondary, choose } = page;
  for (const part of [step, refused, stage, still, oval, arrow, frame, hints, progress, spinner, advice]) {
    visible(part, false);
  }
  for (const part of [primary, secondary, choose]) visible(part, false);
  page.hints.replaceChildren();
  page.status.ariaLive = 'polite';
  // Who has scrolled down sees the title of what comes.
  scrollTo(0, 0);
  for (const button of [primary, secondary]) {
    button.onclick = null;
    button.disabled = false;
  }
  page.file.onchange = null;
}

/** Title and lead; the title is what a screen reader goes to. */
export function headed(title: string, lead: string): void {
  page.title.textContent = title;
  page.lead.textContent = lead;
  document.title = `${title} – Tegata`;
}

/** Says something at once to who does not see the page, also when it is what was said last: the same text content would change nothing. */
export function announce(text: string): void {
  page.announcer.replaceChildren(text);
}
