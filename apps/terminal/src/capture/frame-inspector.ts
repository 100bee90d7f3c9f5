import type { Ask, FrameFault, TakenFrame } from './camera.ts';
import { FaceFinder } from './face-finder.ts';
import { inspectFrames } from './frame-quality.ts';

/** Looks at the frames of one capture before they are sent. */
export interface FrameInspector {
  /** Why frames of a prompt can't be used. Faces that were not looked for after so many milliseconds are left to the authentication server. */
  inspect(frames: readonly TakenFrame[], ask: Ask, withinMs: number): Promise<FrameFault | undefined>;
  /** Once, when the capture is over. Does not throw. */
  close(): Promise<void>;
}

/** Begins to load what it takes. Without the models of faces, all but faces is looked for; `tell` hears that once. */
export function startFrameInspector(
  tell: (note: string) => void,
  startFinder: (tellLost: (why: string) => void) => Pick<FaceFinder, 'hasFace' | 'close'> = (tellLost) =>
    new FaceFinder(tellLost),
): FrameInspector {
  const finder = startFinder((why) => tell(`Faces are not looked for before frames are sent: ${firstLine(why)}`));
  return {
    inspect: async (frames, ask, withinMs) =>
      (await inspectFrames(frames, ask)) ?? (await faultOfFaces(frames, ask, finder, withinMs)),
    close: () => finder.close(),
  };
}

/**
 * FRAMES_WITHOUT_FACE where the authentication server would refuse the capture for it, and nowhere else: it wants a face in every frame that looks straight, and in
 * at least one of any other prompt. Several faces are for it to judge.
 */
async function faultOfFaces(
  frames: readonly TakenFrame[],
  ask: Ask,
  finder: Pick<FaceFinder, 'hasFace'>,
  withinMs: number,
): Promise<FrameFault | undefined> {
  if (ask.kind === 'colours' && ask.subject === 'document') return undefined;
  const everyFrame = ask.kind === 'straight';
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), withinMs);
  });
  try {
    for (const { jpeg } of frames) {
      const hasFace = await Promise.race([finder.hasFace(jpeg), late]);
      if (hasFace === undefined) return undefined;
      if (hasFace !== everyFrame) return everyFrame ? 'FRAMES_WITHOUT_FACE' : undefined;
    }
    return everyFrame ? undefined : 'FRAMES_WITHOUT_FACE';
  } finally {
    clearTimeout(timer);
  }
}

const firstLine = (text: string) => text.split('\n', 1)[0] ?? '';
