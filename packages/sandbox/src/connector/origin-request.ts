import type { GoDecoder } from './go-decoding.ts';
import { parseGoDuration } from './go-duration.ts';

/** `originRequest` of a rule, with cloudflared's names and durations in milliseconds. */
export interface OriginRequest {
  readonly connectTimeout: number;
  readonly tlsTimeout: number;
  readonly tcpKeepAlive: number;
  readonly noHappyEyeballs: boolean;
  readonly keepAliveTimeout: number;
  readonly keepAliveConnections: number;
  readonly httpHostHeader: string;
  readonly originServerName: string;
  readonly matchSNItoHost: boolean;
  readonly caPool: string;
  readonly noTLSVerify: boolean;
  readonly disableChunkedEncoding: boolean;
  readonly bastionMode: boolean;
  readonly proxyAddress: string;
  readonly proxyPort: number;
  readonly proxyType: string;
  readonly http2Origin: boolean;
  readonly access: Access;
}

/**
 * Whether requests need a token of Access, of which team and for which applications. Only that of the rule itself counts:
 * cloudflared ignores the one of all rules.
 */
export interface Access {
  readonly required?: true;
  readonly teamName: string;
  readonly audTag: readonly string[] | null;
  readonly environment?: string;
}

/** cloudflared's defaults. */
export const DEFAULT_ORIGIN_REQUEST: OriginRequest = {
  connectTimeout: 30_000,
  tlsTimeout: 10_000,
  tcpKeepAlive: 30_000,
  noHappyEyeballs: false,
  keepAliveTimeout: 90_000,
  keepAliveConnections: 100,
  httpHostHeader: '',
  originServerName: '',
  matchSNItoHost: false,
  caPool: '',
  noTLSVerify: false,
  disableChunkedEncoding: false,
  bastionMode: false,
  proxyAddress: '127.0.0.1',
  proxyPort: 0,
  proxyType: '',
  http2Origin: false,
  access: { teamName: '', audTag: null },
};

type Reader = (value: unknown, go: GoDecoder) => unknown;

const text: Reader = (value, go) => go.text(value);
const flag: Reader = (value, go) => go.boolean(value);

/** All keys that cloudflared knows. Others are silently ignored. */
const READERS: Readonly<Record<keyof OriginRequest | 'ipRules', Reader>> = {
  connectTimeout: readDuration,
  tlsTimeout: readDuration,
  tcpKeepAlive: readDuration,
  noHappyEyeballs: flag,
  keepAliveTimeout: readDuration,
  keepAliveConnections: (value, go) => go.integer(value, 'int'),
  httpHostHeader: text,
  originServerName: text,
  matchSNItoHost: flag,
  caPool: text,
  noTLSVerify: flag,
  disableChunkedEncoding: flag,
  bastionMode: flag,
  proxyAddress: text,
  proxyPort: (value, go) => go.integer(value, 'uint'),
  proxyType: text,
  ipRules: (value, go) => go.list(value, '[]config.IngressIPRule'),
  http2Origin: flag,
  access: readAccess,
};

const DURATIONS: ReadonlySet<string> = new Set(['connectTimeout', 'tlsTimeout', 'tcpKeepAlive', 'keepAliveTimeout']);

/** Settings as cloudflared reports them, with durations in seconds. */
export function inSeconds(settings: Partial<OriginRequest>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, DURATIONS.has(key) ? Number(value) / 1000 : value]),
  );
}

/** The settings in one `originRequest`. Throws for a value of the wrong type, as cloudflared does. */
export function readOriginRequest(value: unknown, go: GoDecoder): Partial<OriginRequest> {
  const field = go.object(value, 'config.OriginRequestConfig');
  return Object.fromEntries(
    Object.entries(READERS).flatMap(([key, read]) => {
      const set = read(field(key), go);
      return set === undefined ? [] : [[key, set] as const];
    }),
  );
}

/** Go durations in a file, whole seconds in JSON from the remote API. */
function readDuration(value: unknown, go: GoDecoder): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (go.form === 'json') return readSeconds(value);
  const duration = typeof value === 'string' ? parseGoDuration(value) : undefined;
  if (duration === undefined) throw go.mismatch(value, 'time.Duration');
  return duration;
}

function readSeconds(value: unknown): number {
  if (Number.isInteger(value)) return Number(value) * 1000;
  throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(JSON.stringify(value))}: invalid syntax`);
}

function readAccess(value: unknown, go: GoDecoder): Access | undefined {
  if (value === undefined || value === null) return undefined;
  const field = go.object(value, 'config.AccessConfig');
  const audTag = go.list(field('audTag'), '[]string')?.map((tag) => go.text(tag) ?? '');
  const environment = go.text(field('environment')) ?? '';
  return {
    ...(go.boolean(field('required')) === true && { required: true }),
    teamName: go.text(field('teamName')) ?? '',
    audTag: audTag ?? null,
    ...(environment !== '' && { environment }),
  };
}
