/** Runs in the browser beside the capture page: what can be computed of how it looks, and what it has read out. */

type Rgba = readonly [red: number, green: number, blue: number, alpha: number];

function coloursIn(text: string): Rgba {
  const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue, alpha];
}

function over([r, g, b, a]: Rgba, ground: Rgba): Rgba {
  const mix = (top: number, below: number) => top * a + below * (1 - a);
  return [mix(r, ground[0]), mix(g, ground[1]), mix(b, ground[2]), 1];
}

/** The colour behind what stands in an element; the canvas is white or, in a dark scheme, Chromium's. */
function groundOf(element: Element | null): Rgba {
  if (element === null)
    return matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18, 1] : [255, 255, 255, 1];
  const own = coloursIn(getComputedStyle(element).backgroundColor);
  return own[3] === 1 ? own : over(own, groundOf(element.parentElement));
}

/** WCAG 2.2, relative luminance. */
function luminance([...rgb]: Rgba): number {
  const [red = 0, green = 0, blue = 0] = rgb
    .map((level) => level / 255)
    .map((level) => (level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(colour: string, ground: Rgba): number {
  const [darker = 0, lighter = 0] = [luminance(over(coloursIn(colour), ground)), luminance(ground)].sort(
    (a, b) => a - b,
  );
  return Math.round((100 * (lighter + 0.05)) / (darker + 0.05)) / 100;
}

const isSeen = (element: Element): boolean =>
  element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
  element.closest('.unseen, button:disabled') === null;

/** Everything that is seen of the page's words: the text, its language, its contrast and the least that it must have. */
function texts(): [text: string, lang: string, contrast: number, least: number][] {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found: ReturnType<typeof texts> = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const [text, parent] = [node.textContent?.trim() ?? '', node.parentElement];
    if (text === '' || parent === null || !isSeen(parent)) continue;
    const { color, fontSize, fontWeight } = getComputedStyle(parent);
    const isLarge = Number.parseFloat(fontSize) >= (Number(fontWeight) >= 700 ? 18.66 : 24);
    const { lang = '' } = parent.closest<HTMLElement>('[lang]') ?? {};
    found.push([text, lang, contrast(color, groundOf(parent)), isLarge ? 3 : 4.5]);
  }
  return found;
}

/** Contrast of the edge of each control with what is around it. */
function edges(): [control: string, contrast: number][] {
  return [...document.querySelectorAll('button, label')].filter(isSeen).map((control) => {
    return [control.id, contrast(getComputedStyle(control).borderTopColor, groundOf(control.parentElement))];
  });
}

/** Contrast of what face and document are to be placed in with what is around it, before the brightest picture. */
function guides(): [guide: string, contrast: number][] {
  const of = (selector: string) => getComputedStyle(document.querySelector(selector)!);
  const dimmed = (colour: string) => over(coloursIn(colour), [255, 255, 255, 1]);
  const [veil, frame] = [dimmed(of('.veil').fill), of('#frame')];
  const shadow = dimmed(/rgba?\([^)]*\)/.exec(frame.boxShadow)?.[0] ?? '');
  return [
    ['oval', contrast(of('.ring').stroke, veil)],
    ['its done part', contrast(of('.ring.done').stroke, veil)],
    ['frame', contrast(frame.borderTopColor, shadow)],
  ];
}

/** What shows where the focus is: of a file that is chosen its label. */
function focus(): { readonly id: string; readonly width: number; readonly contrast: number } {
  const active = document.activeElement ?? document.body;
  const shown = active.id === 'file' ? document.querySelector('label')! : active;
  const { outlineColor, outlineStyle, outlineWidth } = getComputedStyle(shown);
  const width = outlineStyle === 'none' ? 0 : Number.parseFloat(outlineWidth);
  return { id: active.id, width, contrast: contrast(outlineColor, groundOf(shown.parentElement)) };
}

const readOut: string[] = [];
/** Of whoever waits for something to be read out. */
let onHeard: (() => void) | undefined;
const lit: number[] = [];

/** The region that a change is in has its text read out, unless nobody is to hear or see it. */
function hear(changes: readonly MutationRecord[]): void {
  const regions = new Set<Element>();
  for (const { target } of changes) {
    const region = (target instanceof Element ? target : target.parentElement)?.closest('[aria-live], [role=status]');
    if (region?.ariaLive !== 'off' && region?.checkVisibility()) regions.add(region);
  }
  for (const region of regions) {
    const text = (region as HTMLElement).innerText.trim();
    if (text !== '') readOut.push(text);
  }
  if (readOut.length > 0) onHeard?.();
}

async function nextReadOut(): Promise<string[]> {
  if (readOut.length === 0) {
    await new Promise<void>((resolve) => {
      onHeard = resolve;
    });
  }
  return readOut.splice(0);
}

addEventListener('DOMContentLoaded', () => {
  new MutationObserver(hear).observe(document, {
    ...{ childList: true, characterData: true, subtree: true },
    ...{ attributes: true, attributeFilter: ['hidden'] },
  });
  new MutationObserver(() => lit.push(performance.now())).observe(document.body, { attributeFilter: ['style'] });
});

Object.assign(globalThis, {
  look: {
    ...{ texts, edges, guides, focus },
    /** What was read out since it was asked for last. */
    readOut: () => readOut.splice(0),
    /** The same, once there is something. */
    nextReadOut,
    /** When the light of the screen changed, milliseconds. */
    lit: () => lit.splice(0),
  },
});
