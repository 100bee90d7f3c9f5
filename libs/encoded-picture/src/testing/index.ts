export { type EncodedFrame, encodedFrames } from './frames.ts';
