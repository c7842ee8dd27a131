import { parseGoDuration } from './go-duration.ts';

/** How a configuration is written: durations are Go strings in a file, whole seconds in the remote API's JSON. */
export type ConfigForm = 'yaml' | 'json';

/** The `originRequest` keys this connector acts on, under cloudflared's names; durations in milliseconds. */
export interface OriginRequest {
  readonly connectTimeout: number;
  readonly tlsTimeout: number;
  readonly keepAliveConnections: number;
  readonly keepAliveTimeout: number;
  readonly httpHostHeader: string;
  readonly originServerName: string;
  readonly matchSNItoHost: boolean;
  readonly caPool: string;
  readonly noTLSVerify: boolean;
  readonly disableChunkedEncoding: boolean;
  readonly http2Origin: boolean;
  readonly bastionMode: boolean;
}

/** cloudflared's defaults. */
export const DEFAULT_ORIGIN_REQUEST: OriginRequest = {
  connectTimeout: 30_000,
  tlsTimeout: 10_000,
  keepAliveConnections: 100,
  keepAliveTimeout: 90_000,
  httpHostHeader: '',
  originServerName: '',
  matchSNItoHost: false,
  caPool: '',
  noTLSVerify: false,
  disableChunkedEncoding: false,
  http2Origin: false,
  bastionMode: false,
};

type KeyType = 'duration' | 'integer' | 'string' | 'boolean' | 'list' | 'object';

/** Every key cloudflared knows. Names are case-sensitive and unknown ones are silently ignored. */
const KEYS: Readonly<Record<string, KeyType>> = {
  connectTimeout: 'duration',
  tlsTimeout: 'duration',
  tcpKeepAlive: 'duration',
  noHappyEyeballs: 'boolean',
  keepAliveConnections: 'integer',
  keepAliveTimeout: 'duration',
  httpHostHeader: 'string',
  originServerName: 'string',
  matchSNItoHost: 'boolean',
  caPool: 'string',
  noTLSVerify: 'boolean',
  disableChunkedEncoding: 'boolean',
  bastionMode: 'boolean',
  proxyAddress: 'string',
  proxyPort: 'integer',
  proxyType: 'string',
  ipRules: 'list',
  http2Origin: 'boolean',
  access: 'object',
};

/** Lays the keys of one `originRequest` over the defaults. Throws on a value of the wrong type, as cloudflared does. */
export function mergeOriginRequest(defaults: OriginRequest, raw: unknown, form: ConfigForm): OriginRequest {
  if (raw === undefined || raw === null) return defaults;
  if (typeof raw !== 'object' || Array.isArray(raw)) throw mismatch(raw, 'originRequest', 'object', form);
  const entries = Object.entries(raw)
    .filter(([key, value]) => KEYS[key] !== undefined && value !== null)
    .map(([key, value]) => [key, readValue(key, value, form)] as const);
  return { ...defaults, ...Object.fromEntries(entries) };
}

function readValue(key: string, value: unknown, form: ConfigForm): unknown {
  const type = KEYS[key] ?? 'string';
  const read = type === 'duration' ? readDuration(value, form) : readPlain(value, type);
  if (read === undefined) throw mismatch(value, key, type, form);
  return read;
}

function readDuration(value: unknown, form: ConfigForm): number | undefined {
  if (form === 'json') return Number.isInteger(value) ? Number(value) * 1000 : undefined;
  return typeof value === 'string' ? parseGoDuration(value) : undefined;
}

function readPlain(value: unknown, type: KeyType): unknown {
  if (type === 'integer') return Number.isInteger(value) ? value : undefined;
  if (type === 'list') return Array.isArray(value) ? value : undefined;
  return typeof value === type ? value : undefined;
}

function mismatch(value: unknown, key: string, type: string, form: ConfigForm): Error {
  const shown = JSON.stringify(value);
  return new Error(
    form === 'yaml'
      ? `yaml: unmarshal errors: cannot unmarshal \`${shown}\` into ${type} (${key})`
      : `json: cannot unmarshal ${shown} into Go struct field OriginRequestConfig.${key} of type ${type}`,
  );
}
