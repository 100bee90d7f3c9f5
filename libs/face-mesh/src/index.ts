export { drawFace } from './drawn-face.ts';
export { FaceMesh, type MeshedFace } from './face-mesh.ts';
export { type Box, boundingBox, LANDMARK_COUNT, type Landmarks, type Point, vertex } from './landmarks.ts';
export { FACE_MESH_VERSION, registerFileLoader, requireTensors } from './model-files.ts';
