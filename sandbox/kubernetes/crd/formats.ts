const PATTERNS: Record<string, RegExp> = {
  uuid: /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i,
  'date-time': /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  hostname: /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*\.?$/i,
  ipv4: /^(\d{1,3}\.){3}\d{1,3}$/,
  ipv6: /^[0-9a-f:]*:[0-9a-f:.]*$/i,
  email: /^[^\s@]+@[^\s@]+$/,
  byte: /^[A-Za-z0-9+/]*={0,2}$/,
  duration: /^([+-]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h|d|w)\s*)+$/,
};

const INTEGER_RANGES: Record<string, readonly [number, number]> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

/** Whether a value agrees with a format; formats that the API server does not know are not checked. */
export function hasFormat(value: unknown, format: string): boolean {
  if (typeof value === 'number') {
    const [low, high] = INTEGER_RANGES[format] ?? [-Infinity, Infinity];
    return value >= low && value <= high;
  }
  if (typeof value !== 'string') return true;
  if (format === 'uri') return URL.canParse(value);
  const fits = PATTERNS[format]?.test(value) ?? true;
  return fits && (!format.startsWith('date') || !Number.isNaN(Date.parse(value)));
}
