// The cryptography of downloads, one call at a time. See paced-floor.ts.
import { operationsOfDownload } from './crypto-floor.ts';
import type { PacedFloorAnswer } from './paced-floor.ts';

/** Between two calls, in milliseconds: some twenty downloads a second, which takes a twentieth of a core. */
const pauseMs = 12;
const warmUpDownloads = 1_000;

const answer = (message: PacedFloorAnswer) => process.send?.(message);
const calls = operationsOfDownload().map((operations) => () => {
  for (const { count, run } of Object.values(operations)) for (let nth = 0; nth < count; nth++) run();
});
for (let nth = 0; nth < warmUpDownloads; nth++) for (const call of calls) call();

const spent = calls.map(() => ({ times: 0, ms: 0 }));
let next = 0;
setInterval(() => {
  const [call, sum] = [calls[next]!, spent[next]!];
  next = (next + 1) % calls.length;
  const before = process.cpuUsage();
  call();
  const { user, system } = process.cpuUsage(before);
  sum.times += 1;
  sum.ms += (user + system) / 1000;
}, pauseMs);

process.on('message', () => {
  if (spent.some(({ times }) => times === 0)) return answer({ perDownloadMs: undefined });
  answer({ perDownloadMs: spent.reduce((sum, { times, ms }) => sum + ms / times, 0) });
  for (const sum of spent) Object.assign(sum, { times: 0, ms: 0 });
});
process.on('disconnect', () => process.exit());
answer({ perDownloadMs: undefined });
