import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { FACE_MESH_VERSION } from '@tegata/face-mesh';

const require = createRequire(import.meta.url);

// The package has no `exports`, and what it is imported by needs a native backend: the WebAssembly build is reached by path.
// It shares one tfjs-core with `@tegata/face-mesh`, because all are CommonJS.
const faceApiDist = dirname(require.resolve('@vladmandic/face-api/dist/face-api.node-wasm.js'));
const { version } = require(join(faceApiDist, '..', 'package.json')) as { version: string };

/** Folder with the descriptor's weights. */
export const descriptorModelFolder = join(faceApiDist, '..', 'model');

/** What judges: packages and versions, to be stored beside a verdict. */
export const MODEL_SET = `human-${FACE_MESH_VERSION}+face-api-${version}`;

/** Loads the face-api build that runs on the backend of the mesh. */
export function requireFaceApi(): typeof import('@vladmandic/face-api') {
  return require(join(faceApiDist, 'face-api.node-wasm.js')) as typeof import('@vladmandic/face-api');
}
