export { Network, type NetworkOptions } from './network.ts';
export { loopback } from './network-file.ts';
export { prepareNetwork, serverDatabase } from './prepare-network.ts';
export { serverEnvironment, smDpPlusAlone } from './server-environment.ts';
export { programOf, ServerProcess, ServerStartError } from './server-process.ts';
export { TerminalProcess } from './terminal-process.ts';
export { describeNetwork, fixedPorts, freePorts, networkPaths, serverNames, type Topology } from './topology.ts';
