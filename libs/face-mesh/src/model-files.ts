import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type * as tfjs from '@tensorflow/tfjs';

const require = createRequire(import.meta.url);

// The package's `exports` lead only to builds for a native backend or for browsers: the WebAssembly build is reached by
// path. It shares one tfjs-core with `requireTensors`, because both are CommonJS.
const humanDist = dirname(require.resolve('@vladmandic/human'));

/** Folder of the WebAssembly binaries of the tensor backend, with a slash at its end as tfjs wants it. */
export const wasmFolder = `${dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'))}/`;
/** URL of the folder with the detector's and the mesh's weights, slash at its end. */
export const meshModelFolder = `${pathToFileURL(join(humanDist, '..', 'models')).href}/`;

/** Version of the package that has both networks, for the record of what judged. */
export const FACE_MESH_VERSION = (require(join(humanDist, '..', 'package.json')) as { version: string }).version;

/** The tensor library, the same instance as that of every package of models. Loaded when first asked for. */
export function requireTensors(): typeof tfjs {
  return require('@tensorflow/tfjs') as typeof tfjs;
}

/** Loads the CommonJS build that runs on the WebAssembly backend. */
export function requireHuman(): typeof import('@vladmandic/human') {
  return require(join(humanDist, 'human.node-wasm.js')) as typeof import('@vladmandic/human');
}

interface GraphModelFile {
  readonly modelTopology: object;
  readonly weightsManifest: readonly {
    readonly paths: readonly string[];
    readonly weights: tfjs.io.WeightsManifestEntry[];
  }[];
}

/** Lets tfjs load models from `file:` URLs, which it cannot by itself without its native backend. Call once. */
export function registerFileLoader(): void {
  requireTensors().io.registerLoadRouter((url) =>
    typeof url === 'string' && url.startsWith('file:') ? { load: () => loadGraphModel(url) } : (null as never),
  );
}

async function loadGraphModel(url: string): Promise<tfjs.io.ModelArtifacts> {
  const { weightsManifest, modelTopology } = JSON.parse(await readFile(fileURLToPath(url), 'utf8')) as GraphModelFile;
  const paths = weightsManifest.flatMap((group) => group.paths);
  const files = await Promise.all(paths.map((path) => readFile(fileURLToPath(new URL(path, url)))));
  const weights = Buffer.concat(files);
  return {
    modelTopology,
    weightSpecs: weightsManifest.flatMap((group) => group.weights),
    weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength) as ArrayBuffer,
  };
}
