import { spawnSync } from 'node:child_process';
import { familyCpuMs, processUsage } from './process-usage.ts';

/** Uses the processor of this process for some time of its own clock. */
function compute(ms: number): void {
  const start = process.cpuUsage();
  for (let used = 0; used < ms * 1000; ) {
    const { user, system } = process.cpuUsage(start);
    used = user + system;
  }
}

describe('the usage of a process', () => {
  it('counts the time it computes', () => {
    const before = processUsage(process.pid);
    compute(200);
    expect(processUsage(process.pid).cpuMs - before.cpuMs).toBeGreaterThanOrEqual(180);
    expect(before.residentOctets).toBeGreaterThan(1024 * 1024);
    expect(before.peakResidentOctets).toBeGreaterThanOrEqual(before.residentOctets);
  });

  it('of a family goes on counting children that have ended', () => {
    const before = familyCpuMs(process.pid);
    spawnSync(process.execPath, ['-e', 'while (process.cpuUsage().user < 200_000) {}']);
    expect(familyCpuMs(process.pid) - before).toBeGreaterThanOrEqual(180);
  });

  it('of a process that is not there is an error', () => {
    expect(() => processUsage(2 ** 22 + 1)).toThrow('ENOENT');
  });
});
