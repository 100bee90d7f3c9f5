export { drawSession } from './draw-session.ts';
