// A process of terminals: told by its parent who they are and what to download, answers with times. See terminal-messages.ts.
import { Es9PlusService } from '@tegata/contracts/gsma-rsp-v2';
import type { Es9Plus } from '@tegata/lpa';
import { loadEum, loadTerminalTrust } from '@tegata/pki';
import { connectRsp, es9plus } from '@tegata/rsp-http';
import { connect } from '@tegata/service-kit';
import { Terminal } from './terminal.ts';
import type {
  DownloadTimes,
  Protocol,
  TerminalAnswer,
  TerminalProcessSettings,
  TerminalSettings,
  TerminalTask,
} from './terminal-messages.ts';

/** An eUICC with its LPA, and its channels: one to each replica, kept open as a phone's are for the time of a download. */
interface ConnectedTerminal {
  readonly terminal: Terminal;
  readonly channels: readonly Channel[];
}

interface Channel {
  readonly es9Plus: Es9Plus;
  close(): void;
}

const { smdpAddress, pki }: TerminalProcessSettings = JSON.parse(process.argv[2] ?? '{}');
const eum = await loadEum(pki);
const { tlsRoots } = await loadTerminalTrust(pki);
let terminals: readonly ConnectedTerminal[] = [];

process.on('message', (task: TerminalTask) => {
  const work = task.kind === 'replace' ? replace(task.settings) : download(task.matchingIds);
  work.then(answer, (error: unknown) =>
    answer({ kind: 'failed', why: error instanceof Error ? (error.stack ?? error.message) : `${error}` }),
  );
});
process.on('disconnect', () => process.exit());
answer({ kind: 'ready' });

function answer(message: TerminalAnswer): void {
  process.send?.(message);
}

async function replace(settings: TerminalSettings): Promise<TerminalAnswer> {
  for (const { terminal, channels } of terminals) {
    await terminal.close();
    for (const channel of channels) channel.close();
  }
  terminals = await Promise.all(Array.from({ length: settings.terminals }, (_, nth) => connected(settings, nth)));
  return { kind: 'ready' };
}

async function connected({ protocol, replicas, spread }: TerminalSettings, nth: number): Promise<ConnectedTerminal> {
  const channels = replicas.map((address) => channelTo(protocol, address));
  let next = nth;
  const turn = () => channels[next++ % channels.length]!.es9Plus;
  const terminal = await Terminal.manufacture(eum, smdpAddress, () => {
    if (spread === 'calls') return turn;
    const one = turn();
    return () => one;
  });
  return { terminal, channels };
}

function channelTo(protocol: Protocol, address: string): Channel {
  if (protocol === 'https') {
    const https = connectRsp({ address: smdpAddress, connectTo: address, roots: tlsRoots, requester: '' });
    return { es9Plus: https.client(es9plus), close: () => https.close() };
  }
  const grpc = connect({ address, security: { kind: 'tls', roots: tlsRoots, serverName: smdpAddress } });
  return { es9Plus: grpc.client(Es9PlusService), close: () => grpc.close() };
}

async function download(matchingIds: readonly (readonly string[])[]): Promise<TerminalAnswer> {
  const before = process.cpuUsage();
  const times = await Promise.all(terminals.map(({ terminal }, at) => downloadAll(terminal, matchingIds[at] ?? [])));
  const { user, system } = process.cpuUsage(before);
  return { kind: 'downloaded', times: times.flat(), cpuMs: (user + system) / 1000 };
}

async function downloadAll(terminal: Terminal, matchingIds: readonly string[]): Promise<DownloadTimes[]> {
  const times: DownloadTimes[] = [];
  for (const matchingId of matchingIds) times.push(await terminal.download(matchingId));
  return times;
}
