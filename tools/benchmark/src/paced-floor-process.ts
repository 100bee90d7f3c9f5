// The cryptography of downloads, one call at a time. See paced-floor.ts.
import { operationsOfDownload } from './crypto-floor.ts';
import type { PacedFloorAnswer, PacedFloorTask } from './paced-floor.ts';

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
function computeOne(): void {
  const [call, sum] = [calls[next]!, spent[next]!];
  next = (next + 1) % calls.length;
  const before = process.cpuUsage();
  call();
  const { user, system } = process.cpuUsage(before);
  sum.times += 1;
  sum.ms += (user + system) / 1000;
}

let pace: NodeJS.Timeout | undefined;
process.on('message', (task: PacedFloorTask) => {
  if (task === 'begin') {
    for (const sum of spent) Object.assign(sum, { times: 0, ms: 0 });
    pace = setInterval(computeOne, pauseMs);
    return;
  }
  clearInterval(pace);
  const complete = spent.every(({ times }) => times > 0);
  answer({ perDownloadMs: complete ? spent.reduce((sum, { times, ms }) => sum + ms / times, 0) : undefined });
});
process.on('disconnect', () => process.exit());
answer({ perDownloadMs: undefined });
