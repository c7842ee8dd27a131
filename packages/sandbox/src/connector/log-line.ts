export type Level = 'INF' | 'WRN' | 'ERR';

/** Writes a line to cloudflared's log. */
export type Log = (level: Level, message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** A line in the format of cloudflared's console log. */
export function logLine(level: Level, message: string, fields: Readonly<Record<string, unknown>> = {}): string {
  const time = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const pairs = Object.entries(fields).map(([key, value]) => ` ${key}=${quote(String(value))}`);
  return `${time} ${level} ${message}${pairs.join('')}`;
}

function quote(value: string): string {
  return /[\s"=]/.test(value) ? JSON.stringify(value) : value;
}
