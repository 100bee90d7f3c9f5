export { COVERS, type Cover, covered } from './covered-face.ts';
export { drawnFrame } from './drawn-frame.ts';
