import { type CommandLine, parseCommandLine, UsageError } from './command-line.ts';
import { readConfigFile } from './config-file.ts';
import type { EdgeAddress } from '../edge/edge-address.ts';
import { EarlyExit } from './early-exit.ts';
import type { Files } from './files.ts';
import { findCredentials, type FlagLookup, USAGE_ERROR_CODE } from './find-credentials.ts';
import { flagsFromEnvironment, flagsFromFile } from './flag-sources.ts';
import { parseGoDuration } from './go-duration.ts';
import type { TunnelCredentials } from './tunnel-credentials.ts';

/** The settings of a `cloudflared tunnel run`. */
export interface CloudflaredSettings {
  readonly credentials: TunnelCredentials;
  readonly configYaml: string | undefined;
  readonly metrics: MetricsAddress;
  readonly gracePeriodMs: number;
  readonly retries: number;
  /** One per connection. */
  readonly edges: readonly EdgeAddress[];
}

/** The address of the metrics listener. */
export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
}

/** The start parameters of a process. */
export interface ProcessStart {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly files: Files;
  /** What the path of a Unix socket is called on this machine. Default: the same. */
  readonly socketPath?: (path: string) => string;
}

const MAX_GRACE_MS = 180_000;
const PROTOCOLS: readonly string[] = ['auto', 'quic', 'http2'];
const IP_VERSIONS: readonly string[] = ['auto', '4', '6'];

/** The container image's default: the first candidate port, on all interfaces. */
const DEFAULT_METRICS = '0.0.0.0:20241';

/**
 * Reads the settings from the command line, the environment and the configuration file, in this order of precedence.
 */
export function readSettings(start: ProcessStart): CloudflaredSettings {
  const line = readCommandLine(start.argv);
  const env = flagsFromEnvironment(start.env);
  const { yaml, values } = readConfigFile(line.values.get('config'), start.files);
  const file = flagsFromFile(values, (flag) => line.values.has(flag) || env.has(flag));
  const lookup: FlagLookup = (flag) => line.values.get(flag) ?? env.get(flag) ?? file.get(flag);
  const tunnel = line.positional[0] ?? textOf(values['tunnel']);
  return { credentials: findCredentials(tunnel, lookup, start.files), configYaml: yaml, ...numbers(lookup, start) };
}

function numbers(lookup: FlagLookup, { files }: ProcessStart): Omit<CloudflaredSettings, 'credentials' | 'configYaml'> {
  assertOneOf(PROTOCOLS, lookup('protocol'), (protocol) => `unknown protocol ${protocol}, Available protocols:`);
  assertOneOf(IP_VERSIONS, lookup('edge-ip-version'), (version) => `invalid value for edge-ip-version: ${version}`);
  return {
    gracePeriodMs: gracePeriod(lookup('grace-period') ?? '30s'),
    retries: Math.max(0, Number(lookup('retries') ?? '5')),
    edges: edges(lookup, files).slice(0, Number(lookup('ha-connections') ?? '4')),
    metrics: metricsAddress(lookup('metrics') ?? DEFAULT_METRICS),
  };
}

function assertOneOf(known: readonly string[], text: string | undefined, refusal: (text: string) => string): void {
  if (text !== undefined && !known.includes(text)) throw new EarlyExit(1, refusal(text));
}

function readCommandLine(argv: readonly string[]): CommandLine {
  const line = parseFlags(argv);
  if (line.command === 'version') throw new EarlyExit(0, 'cloudflared version 2026.8.2');
  if (line.command !== 'run') throw new EarlyExit(USAGE_ERROR_CODE, 'the sandbox only runs "cloudflared tunnel run"');
  if (line.positional.length > 1) {
    const message = '"cloudflared tunnel run" accepts only one argument, the ID or name of the tunnel to run.';
    throw new EarlyExit(USAGE_ERROR_CODE, message);
  }
  return line;
}

/** An invalid command line prints the usage, and the process exits with 0. */
function parseFlags(argv: readonly string[]): CommandLine {
  try {
    return parseCommandLine(argv);
  } catch (error) {
    if (error instanceof UsageError) throw new EarlyExit(0, error.message);
    throw error;
  }
}

/** The configured edge addresses. The DNS records that a real cloudflared queries do not exist here. */
function edges(lookup: FlagLookup, files: Files): EdgeAddress[] {
  const addresses = lookup('edge')?.split(',') ?? exit(1, 'edge discovery: error looking up Cloudflare edge IPs');
  const caPath = lookup('cacert') ?? exit(1, 'the sandbox has no public certificate: --cacert is needed');
  const caPem = files.get(caPath) ?? exit(1, withoutAuthority(caPath));
  return addresses.map((address) => ({
    ...(hostAndPort(address.trim()) ?? exit(1, `address ${address}: missing port in address`)),
    caPem,
  }));
}

function withoutAuthority(path: string): string {
  const reason = `Error reading certificate ${path}: open ${path}: no such file or directory`;
  return `unable to create TLS config to connect with edge: Error loading root CAs: ${reason}`;
}

function metricsAddress(text: string): MetricsAddress {
  const reason = `failed to bind to address (${text}): address ${text}: missing port in address`;
  const { host, port } = hostAndPort(text) ?? exit(1, `Error opening metrics server listener: ${reason}`);
  return { host: host === '' ? '0.0.0.0' : host, port };
}

function hostAndPort(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, host, port] = /^(.*):(\d+)$/.exec(text) ?? [];
  return host === undefined ? undefined : { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

function gracePeriod(text: string): number {
  const period = parseGoDuration(text) ?? 0;
  if (period > MAX_GRACE_MS) throw new EarlyExit(1, 'grace-period must be equal or less than 3m0s');
  return period;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function exit(code: number, message: string): never {
  throw new EarlyExit(code, message);
}
