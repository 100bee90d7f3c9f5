// A process of terminals: told by its parent what to download, answers with times. See terminal-messages.ts.
import { Es9PlusService } from '@tegata/contracts/gsma-rsp-v2';
import type { Es9Plus } from '@tegata/lpa';
import { loadEum, loadTerminalTrust } from '@tegata/pki';
import { connectRsp, es9plus } from '@tegata/rsp-http';
import { connect } from '@tegata/service-kit';
import { Terminal } from './terminal.ts';
import type { DownloadTask, DownloadTimes, TerminalAnswer, TerminalSettings } from './terminal-messages.ts';

const settings: TerminalSettings = JSON.parse(process.argv[2] ?? '{}');
const { smdpAddress, replicas, pki } = settings;
const eum = await loadEum(pki);
const { tlsRoots } = await loadTerminalTrust(pki);
const answer = (message: TerminalAnswer) => process.send?.(message);

/** Channels of one terminal, one to each replica, kept open as a phone's are for the time of a download. */
function servers(): readonly Es9Plus[] {
  return replicas.map((address) =>
    settings.protocol === 'grpc'
      ? connect({ address, security: { kind: 'tls', roots: tlsRoots, serverName: smdpAddress } }).client(Es9PlusService)
      : connectRsp({ address: smdpAddress, connectTo: address, roots: tlsRoots, requester: '' }).client(es9plus),
  );
}

async function terminal(number: number): Promise<Terminal> {
  const all = servers();
  let next = number;
  const turn = () => all[next++ % all.length]!;
  return Terminal.manufacture(eum, smdpAddress, () => {
    if (settings.spread === 'calls') return turn;
    const one = turn();
    return () => one;
  });
}

const terminals = await Promise.all(Array.from({ length: settings.terminals }, (_, number) => terminal(number)));

process.on('message', ({ matchingIds }: DownloadTask) => {
  const before = process.cpuUsage();
  Promise.all(terminals.map((each, at) => downloadAll(each, matchingIds[at] ?? []))).then(
    (times) => {
      const { user, system } = process.cpuUsage(before);
      answer({ kind: 'downloaded', times: times.flat(), cpuMs: (user + system) / 1000 });
    },
    (error: unknown) =>
      answer({ kind: 'failed', why: error instanceof Error ? (error.stack ?? error.message) : `${error}` }),
  );
});
process.on('disconnect', () => process.exit());
answer({ kind: 'ready' });

async function downloadAll(each: Terminal, matchingIds: readonly string[]): Promise<DownloadTimes[]> {
  const times: DownloadTimes[] = [];
  for (const matchingId of matchingIds) times.push(await each.download(matchingId));
  return times;
}
