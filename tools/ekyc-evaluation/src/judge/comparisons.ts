import {
  descriptorDistance,
  type EkycEngine,
  EkycError,
  type FaceDescriptor,
  meanDescriptor,
  type PictureKind,
} from '@tegata/ekyc';
import type { EvaluationSet } from '../set/evaluation-set.ts';
import type { Distances } from '../statistics/error-rates.ts';
import { mapInLanes } from './cost.ts';

/** Distances of faces, as a verification measures them. */
export interface Comparisons {
  /** every live photograph with every document portrait, of the same set */
  readonly portraits: Distances;
  /** the frames looking straight of every genuine session with every document portrait of its set, and with its own document */
  readonly sessions: Distances;
  /** pictures in which no face was found: they are in no comparison */
  readonly faceless: readonly string[];
}

/** Somebody's face. */
interface Face {
  readonly id: string;
  readonly descriptor: FaceDescriptor;
}

/**
 * Describes and compares everybody. Distances are between the mean descriptor of what the camera saw and that of a portrait, by the
 * engine that verifies.
 */
export async function compareFaces(
  engine: Pick<EkycEngine, 'describeFace'>,
  sets: readonly EvaluationSet[],
  lanes: number,
): Promise<Comparisons> {
  const faceless: string[] = [];
  const describe = async (picture: Uint8Array, kind: PictureKind, what: string) => {
    const descriptor = await engine.describeFace(picture, kind).catch((error: unknown) => {
      if (error instanceof EkycError && error.code === 'EKYC_INPUT_INVALID') return undefined;
      throw error;
    });
    if (descriptor === undefined) faceless.push(what);
    return descriptor;
  };
  const portraits = { genuine: [] as number[], impostor: [] as number[], unknown: [] as number[] };
  const sessions: typeof portraits = { genuine: [], impostor: [], unknown: [] };

  for (const set of sets) {
    const { identities, perhapsOnePerson } = set.manifest;
    const truth = (one: string, another: string) => {
      if (one === another) return 'genuine';
      return perhapsOnePerson.some((pair) => pair.includes(one) && pair.includes(another)) ? 'unknown' : 'impostor';
    };
    const add = (to: typeof portraits, live: Face, reference: Face) =>
      to[truth(live.id, reference.id)].push(descriptorDistance(live.descriptor, reference.descriptor));
    const faces = async (of: 'live' | 'document') =>
      known(
        await mapInLanes(identities, lanes, async (id) => ({
          ...{
            id,
            descriptor: await describe(set.portrait(id, of), of === 'live' ? 'frame' : 'portrait', `${id} ${of}`),
          },
        })),
      );
    const [live, documents] = [await faces('live'), await faces('document')];
    for (const one of live) for (const reference of documents) add(portraits, one, reference);

    const genuine = set.manifest.sessions.filter(({ expect }) => expect === 'accept');
    const probes = await mapInLanes(genuine, lanes, async (entry) => {
      const { document, documentKind, frames } = set.session(entry);
      const straight = frames.filter(({ promptIndex }) => promptIndex === -1);
      const seen: FaceDescriptor[] = [];
      for (const { octets } of straight) {
        const descriptor = await describe(octets, 'frame', entry.name);
        if (descriptor !== undefined) seen.push(descriptor);
      }
      const own = await describe(document, documentKind, `${entry.name} document`);
      return { id: entry.actual, descriptor: seen.length > 0 ? meanDescriptor(seen) : undefined, own };
    });
    for (const probe of known(probes)) {
      for (const reference of documents) add(sessions, probe, reference);
      if (probe.own !== undefined) add(sessions, probe, { id: probe.id, descriptor: probe.own });
    }
  }
  return { portraits, sessions, faceless };
}

function known<Some extends { readonly descriptor: FaceDescriptor | undefined }>(
  faces: readonly Some[],
): (Some & { readonly descriptor: FaceDescriptor })[] {
  return faces.filter((face): face is Some & { readonly descriptor: FaceDescriptor } => face.descriptor !== undefined);
}
