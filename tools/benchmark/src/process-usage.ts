import { readdirSync, readFileSync } from 'node:fs';

/** What a process has used up to now. */
export interface ProcessUsage {
  /** user and system time of all its threads */
  readonly cpuMs: number;
  /** what it holds of the memory now, and the most it ever did */
  readonly residentOctets: number;
  readonly peakResidentOctets: number;
}

/** Ticks of /proc in a second: 100 on every Linux there is (USER_HZ). */
const ticksPerSecond = 100;

/** Usage of a process of this machine, from Linux' /proc. @throws when the process is gone, or on another system */
export function processUsage(pid: number): ProcessUsage {
  const { cpuTicks } = processStat(pid);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kibibytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN);
  return {
    cpuMs: (cpuTicks * 1000) / ticksPerSecond,
    residentOctets: kibibytes('VmRSS') * 1024,
    peakResidentOctets: kibibytes('VmHWM') * 1024,
  };
}

/** CPU time of a process, of its children, and of those children that are gone, in milliseconds. */
export function familyCpuMs(pid: number): number {
  const alive = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOrNothing(Number(name)));
  const own = alive.filter((stat) => stat.pid === pid || stat.parent === pid);
  const ticks = own.reduce((sum, stat) => sum + stat.cpuTicks + (stat.pid === pid ? stat.waitedForTicks : 0), 0);
  return (ticks * 1000) / ticksPerSecond;
}

interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly cpuTicks: number;
  /** of children that have ended */
  readonly waitedForTicks: number;
}

function processStat(pid: number): ProcessStat {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program stands in parentheses and may hold any character; fields are counted from behind it (proc(5)).
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const field = (number: number) => fields[number - 3]!;
  return { pid, parent: field(4), cpuTicks: field(14) + field(15), waitedForTicks: field(16) + field(17) };
}

/** Processes may end while they are looked at. */
function statOrNothing(pid: number): readonly ProcessStat[] {
  try {
    return [processStat(pid)];
  } catch {
    return [];
  }
}
