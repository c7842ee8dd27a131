export type Level = 'INF' | 'WRN' | 'ERR';

/** Writes a line of cloudflared's log. */
export type Log = (level: Level, message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** One line of cloudflared's console log. */
export function logLine(level: Level, message: string, fields: Readonly<Record<string, unknown>> = {}): string {
  const time = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const pairs = Object.entries(fields).map(([key, value]) => ` ${key}=${quote(String(value))}`);
  return `${time} ${level} ${message}${pairs.join('')}`;
}

function quote(value: string): string {
  return /[\s"=]/.test(value) ? JSON.stringify(value) : value;
}
