/** A place that a page points to. */
export interface Reference {
  readonly line: number;
  /** As written. */
  readonly target: string;
}

/** Lines of a page outside fenced code. */
function proseLines(page: string): { readonly line: number; readonly text: string }[] {
  let fenced = false;
  return page.split('\n').flatMap((text, index) => {
    const fence = /^\s*(```|~~~)/.test(text);
    if (fence) fenced = !fenced;
    return fence || fenced ? [] : [{ line: index + 1, text }];
  });
}

const withoutCode = (text: string) => text.replaceAll(/`[^`]*`/g, '');

/** Links of a page that do not lead out of the repository. */
export const relativeLinks = (page: string): readonly Reference[] =>
  proseLines(page).flatMap(({ line, text }) =>
    [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => ({ line, target }))
      .filter(({ target }) => !/^[a-z][a-z0-9+.-]*:/.test(target)),
  );

/** What begins a path of this repository. */
const repositoryPath = /^(?:apps|libs|tools|docs|docker|proto|\.ci)\/[\w@.*/-]*$/;
/** Made by a target or a run, so not in the repository. */
const made = /\/(?:dist|gen|generated|node_modules)(?:\/|$)/;

/** Paths of the repository that a page names in code, without a place within the file (`:12`). */
export const namedPaths = (page: string): readonly Reference[] =>
  proseLines(page).flatMap(({ line, text }) =>
    [...text.matchAll(/`([^`]+)`/g)]
      .flatMap(([, code = '']) => code.split(/\s+/))
      .map((word) => word.replace(/:\d+$/, ''))
      .filter((word) => repositoryPath.test(word) && !made.test(word))
      .map((target) => ({ line, target })),
  );

/** Anchors of a page's headings, as Markdown viewers make them. */
export const anchors = (page: string): ReadonlySet<string> =>
  new Set(
    proseLines(page).flatMap(({ text }) => {
      const heading = /^#{1,6}\s+(.*)$/.exec(text)?.[1];
      if (heading === undefined) return [];
      const slug = heading.replaceAll(/[`*_]/g, '').toLowerCase();
      return [slug.replaceAll(/[^\p{L}\p{N}\s-]/gu, '').replaceAll(/\s/g, '-')];
    }),
  );
