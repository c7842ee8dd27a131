import { readFileSync } from 'node:fs';

/** Clock ticks per second of `/proc/<pid>/stat`, which is 100 on every Linux with Node. */
const TICKS = 100;

/** The machine resources that a process has used. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly rssMb: number;
  readonly peakRssMb: number;
}

/** Requires `/proc`. Elsewhere the figures are zero. */
export function usageOf(pid: number | undefined): Usage {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kilobytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0);
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
      rssMb: kilobytes('VmRSS') / 1024,
      peakRssMb: kilobytes('VmHWM') / 1024,
    };
  } catch {
    return { cpuSeconds: 0, rssMb: 0, peakRssMb: 0 };
  }
}
