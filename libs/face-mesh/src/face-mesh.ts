import type { RgbImage } from '@tegata/document-picture';
import type { Config, Human } from '@vladmandic/human';
import { type Box, boundingBox, LANDMARK_COUNT, type Landmarks } from './landmarks.ts';
import { meshModelFolder, requireHuman, requireTensors, wasmFolder } from './model-files.ts';

/** One face in an image. */
export interface MeshedFace {
  readonly landmarks: Landmarks;
  /** smallest upright rectangle around the vertices */
  readonly box: Box;
  /** the mesh network's confidence that it looks at a face, 0..1 */
  readonly score: number;
}

/** Side of the square crop the mesh network sees, in pixels; its depths are on that scale. */
const MESH_INPUT_SIDE = 192;

const off = { enabled: false } as const;
const configuration: Partial<Config> = {
  backend: 'wasm',
  wasmPath: wasmFolder,
  modelBasePath: meshModelFolder,
  debug: false,
  async: false,
  // no result of one picture may be reused for the next: they may be of different people
  cacheModels: false,
  cacheSensitivity: 0,
  skipAllowed: false,
  filter: off,
  gesture: off,
  body: off,
  hand: off,
  object: off,
  segmentation: off,
  face: {
    enabled: true,
    detector: { rotation: true, maxDetected: 6, minConfidence: 0.3, return: false },
    mesh: { enabled: true },
    attention: off,
    iris: off,
    description: off,
    emotion: off,
    antispoof: off,
    liveness: off,
    gear: off,
  },
};

/** Finds faces and their 468 landmarks: BlazeFace and FaceMesh, as packaged by Human. One picture at a time. */
export class FaceMesh {
  private readonly tensors = requireTensors();

  private constructor(private readonly human: Human) {}

  /** Loads both networks. The tensor backend and the file loader must be there (`registerFileLoader`). */
  static async load(): Promise<FaceMesh> {
    const { Human } = requireHuman();
    const human = new Human(configuration);
    await human.load();
    return new FaceMesh(human);
  }

  /** Every face, largest first. 35 to 90 ms. */
  async find(image: RgbImage): Promise<MeshedFace[]> {
    const pixels = this.tensors.tensor(image.rgb, [1, image.height, image.width, 3], 'int32');
    try {
      const result = await this.human.detect(pixels as never);
      if (result.error) throw new Error(`face detection failed: ${result.error}`);
      return result.face
        .filter((face) => face.mesh.length >= LANDMARK_COUNT)
        .map((face) => {
          const landmarks = toLandmarks(face.mesh, face.boxRaw[2] * image.width);
          return { landmarks, box: boundingBox(landmarks), score: face.score };
        })
        .sort((a, b) => b.box.width * b.box.height - a.box.width * a.box.height);
    } finally {
      pixels.dispose();
    }
  }
}

/**
 * Human cuts coordinates to whole numbers, so half a pixel is put back, and leaves the depth in pixels of the crop, which
 * was `cropSide` pixels of the image wide.
 */
function toLandmarks(mesh: readonly (readonly (number | undefined)[])[], cropSide: number): Landmarks {
  const landmarks = new Float32Array(3 * LANDMARK_COUNT);
  for (let index = 0; index < LANDMARK_COUNT; index++) {
    const [x = 0, y = 0, z = 0] = mesh[index] ?? [];
    landmarks[3 * index] = x + 0.5;
    landmarks[3 * index + 1] = y + 0.5;
    landmarks[3 * index + 2] = (z * cropSide) / MESH_INPUT_SIDE;
  }
  return landmarks;
}
