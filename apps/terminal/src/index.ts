/** The terminal as a part of other programs: tools start it in their own process, programs of the user call its socket. */
export { type RunningTerminal, startTerminal, type TerminalOptions } from './daemon/start-terminal.ts';
export { publishedSocket, stateDirectoryAt } from './state/state-directory.ts';
