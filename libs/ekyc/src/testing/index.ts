export { drawnFrame } from './drawn-frame.ts';
