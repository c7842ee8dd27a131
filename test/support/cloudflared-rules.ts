/**
 * What cloudflared rejects in `config.yaml`, and what it accepts but never matches, implemented from the reference
 * without the operator's code.
 */
import { load } from 'js-yaml';
import { RE2JS } from 're2js';

type Json = Readonly<Record<string, unknown>>;

const KEYS: Readonly<Record<string, (value: unknown) => boolean>> = {
  connectTimeout: isGoDuration,
  tlsTimeout: isGoDuration,
  tcpKeepAlive: isGoDuration,
  keepAliveTimeout: isGoDuration,
  keepAliveConnections: Number.isInteger,
  noHappyEyeballs: isBoolean,
  httpHostHeader: isText,
  originServerName: isText,
  matchSNItoHost: isBoolean,
  noTLSVerify: isBoolean,
  disableChunkedEncoding: isBoolean,
  http2Origin: isBoolean,
  proxyType: (value) => value === '' || value === 'socks',
  caPool: isText,
};

/** All problems of a configuration. Empty if it works as written. */
export function wrongWith(text: string): readonly string[] {
  const config = load(text) as Json;
  const rules = config['ingress'] as readonly Json[];
  return [
    ...wrongKeys(config, ['tunnel', 'credentials-file', 'originRequest', 'ingress']),
    ...wrongSettings(config['originRequest']),
    ...rules.slice(0, -1).flatMap(wrongRule),
    ...wrongLast(rules.at(-1)),
  ];
}

function wrongKeys(object: Json, known: readonly string[]): readonly string[] {
  return Object.keys(object).filter((key) => !known.includes(key));
}

function wrongRule(rule: Json): readonly string[] {
  const { hostname, path, service, originRequest } = rule;
  return [
    ...wrongKeys(rule, ['hostname', 'path', 'service', 'originRequest']),
    ...(isHostname(hostname) ? [] : [`hostname ${JSON.stringify(hostname)}`]),
    ...(path === undefined || isPattern(path) ? [] : [`path ${JSON.stringify(path)}`]),
    ...(isService(service) ? [] : [`service ${JSON.stringify(service)}`]),
    ...wrongSettings(originRequest),
  ];
}

function wrongLast(rule: Json | undefined): readonly string[] {
  if (rule === undefined || 'hostname' in rule || 'path' in rule) return ['the last rule does not match everything'];
  const service = String(rule['service']);
  const isFine =
    /^(http_status:[1-9][0-9]{2}|hello_world)$/.test(service) || URL.canParse(service.replace(/^ws/, 'http'));
  return isFine ? [] : [`fallback ${service}`];
}

function wrongSettings(settings: unknown): readonly string[] {
  return Object.entries((settings ?? {}) as Json)
    .filter(([key, value]) => !Object.hasOwn(KEYS, key) || KEYS[key]?.(value) !== true)
    .map(([key, value]) => `${key}: ${String(value)}`);
}

/** Compares bytes: only lower-case ASCII matches, and a wildcard only as the whole first label. */
function isHostname(value: unknown): boolean {
  return typeof value === 'string' && /^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)+$/.test(value);
}

function isPattern(value: unknown): boolean {
  try {
    return RE2JS.compile(String(value)) !== undefined;
  } catch {
    return false;
  }
}

/** Scheme, host and port, without a trailing slash. */
function isService(value: unknown): boolean {
  return /^(https?|tcp|ssh|rdp|smb):\/\/[a-z0-9.-]+:[0-9]{1,5}$/.test(String(value));
}

function isGoDuration(value: unknown): boolean {
  return typeof value === 'string' && /^([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h))+$/.test(value) && value.length < 18;
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && /^[\x21-\x7e]*$/.test(value);
}
