export { run } from './main.ts';
export { adminProgram } from './program.ts';
