import { isIPv4, isIPv6 } from 'node:net';
import { labelName, subdomainName } from '../registry/names.ts';

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}[Tt ]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;
const UNITS = 'n|ns|nano|u|us|µ|µs|micro|ms|milli|s|sec|m|min|h|hr|hour|d|day|w|week|wk';

const PATTERNS: Record<string, RegExp> = {
  uuid: UUID,
  uuid3: /^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i,
  uuid4: /^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i,
  uuid5: /^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i,
  hostname: /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*\.?$/i,
  email: /^[^\s@]+@[^\s@]+$/,
  byte: /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
  // Words of any length count as a unit: "3 days", even the "1D" in "P1D".
  duration: new RegExp(`\\d\\s*(${UNITS})s?(?![a-z])`, 'i'),
  mac: /^([0-9a-f]{2}[:-]){5}([0-9a-f]{2})(([:-][0-9a-f]{2}){2})?$/i,
  isbn: /^(?=(\D*\d){9})[\d -]+[\dX]$/,
  isbn10: /^(\d[ -]?){9}[\dX]$/,
  isbn13: /^(\d[ -]?){13}$/,
  creditcard: /^(\d[ -]?){13,19}$/,
  ssn: /^\d{3}[- ]?\d{2}[- ]?\d{4}$/,
  hexcolor: /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i,
  rgbcolor: /^rgb\(\s*\d{1,3}\s*,\s*\d{1,3}\s*,\s*\d{1,3}\s*\)$/,
  bsonobjectid: /^[0-9a-f]{24}$/i,
};

const CHECKS: Record<string, (text: string) => boolean> = {
  'date-time': (text) => DATE_TIME.test(text) && isCalendarDay(text.slice(0, 10)),
  date: (text) => DATE.test(text) && isCalendarDay(text),
  ipv4: (text) => isIPv4(text.replaceAll(/\b0+(?=\d)/g, '')),
  ipv6: isIPv6,
  cidr: isCidr,
  uri: isRequestUri,
  'k8s-short-name': (text) => labelName(text).length === 0,
  'k8s-long-name': (text) => subdomainName(text).length === 0,
};

const INTEGER_RANGES: Record<string, readonly [number, number]> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

/** Whether a value matches a format. Formats that the API server does not know are not checked. */
export function hasFormat(value: unknown, format: string): boolean {
  if (typeof value === 'number') {
    const [low, high] = INTEGER_RANGES[format] ?? [-Infinity, Infinity];
    return value >= low && value <= high;
  }
  if (typeof value !== 'string') return true;
  return CHECKS[format]?.(value) ?? PATTERNS[format]?.test(value) ?? true;
}

/** Whether Go's `url.ParseRequestURI` accepts the text: a URL, or an absolute path. */
export function isRequestUri(text: string): boolean {
  return text.startsWith('/') || URL.canParse(text);
}

/** An IP address, a slash, and a valid prefix length. */
export function isCidr(text: string): boolean {
  const [address = '', bits = ''] = text.split('/');
  const most = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
  return /^\d+$/.test(bits) && Number(bits) <= most;
}

/** JavaScript would parse 30 February as 2 March. */
function isCalendarDay(text: string): boolean {
  const time = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}
