import { load } from 'js-yaml';
import { type CommandLine, flagsFromEnvironment, parseCommandLine, UsageError } from './cloudflared-flags.ts';
import type { EdgeAddress } from '../edge/edge-address.ts';
import { EarlyExit } from './early-exit.ts';
import type { Files } from './files.ts';
import { parseGoDuration } from './go-duration.ts';
import { parseCredentialsFile, parseTunnelToken, type TunnelCredentials } from './tunnel-credentials.ts';

/** What one `cloudflared tunnel run` is to do. */
export interface CloudflaredSettings {
  readonly credentials: TunnelCredentials;
  readonly configYaml: string | undefined;
  readonly metrics: MetricsAddress;
  readonly gracePeriodMs: number;
  readonly retries: number;
  /** One for each connection that is to be opened. */
  readonly edges: readonly EdgeAddress[];
}

/** Where the metrics listener is to listen. */
export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
}

/** What a process begins with. */
export interface ProcessStart {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly files: Files;
}

type Lookup = (flag: string) => string | undefined;

/** Exit code of a misuse that cloudflared itself finds; the flag library's own are 1. */
const MISUSE = 255;
const LONGEST_GRACE_MS = 180_000;

/** The container build's first choice, on every interface. */
const DEFAULT_METRICS = '0.0.0.0:20241';
const STANDARD_CONFIGS = ['/home/nonroot/.cloudflared', '/etc/cloudflared', '/usr/local/etc/cloudflared'].flatMap(
  (folder) => [`${folder}/config.yml`, `${folder}/config.yaml`],
);
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Works out the settings from command line, environment and configuration file, in this order of precedence. */
export function readSettings(start: ProcessStart): CloudflaredSettings {
  const line = readCommandLine(start.argv);
  const configYaml = readConfigFile(line, start.files);
  const config = parseConfig(configYaml);
  const env = flagsFromEnvironment(start.env);
  const lookup: Lookup = (flag) => line.values.get(flag) ?? env.get(flag) ?? scalar(config[flag]);
  return {
    credentials: findCredentials(line.positional, scalar(config['tunnel']), lookup, start.files),
    configYaml,
    metrics: metricsAddress(lookup('metrics') ?? DEFAULT_METRICS),
    gracePeriodMs: gracePeriod(lookup('grace-period') ?? '30s'),
    retries: wholeNumber('retries', lookup('retries') ?? '5'),
    edges: edges(lookup, start.files).slice(0, wholeNumber('ha-connections', lookup('ha-connections') ?? '4')),
  };
}

function readCommandLine(argv: readonly string[]): CommandLine {
  const line = parseFlags(argv);
  if (line.command === 'version') throw new EarlyExit(0, 'cloudflared version 2026.8.2');
  if (line.command !== 'run') throw new EarlyExit(MISUSE, 'the sandbox only runs "cloudflared tunnel run"');
  if (line.positional.length > 1) {
    const message = '"cloudflared tunnel run" accepts only one argument, the ID or name of the tunnel to run.';
    throw new EarlyExit(MISUSE, message);
  }
  return line;
}

function parseFlags(argv: readonly string[]): CommandLine {
  try {
    return parseCommandLine(argv);
  } catch (error) {
    if (error instanceof UsageError) throw new EarlyExit(1, `Incorrect Usage: ${error.message}`);
    throw error;
  }
}

/** A named file must exist; otherwise the standard places are searched, and none is fine. */
function readConfigFile(line: CommandLine, files: Files): string | undefined {
  const named = line.values.get('config');
  if (named !== undefined && !files.has(named)) {
    throw new EarlyExit(1, `open ${named}: no such file or directory`);
  }
  const path = named ?? STANDARD_CONFIGS.find((candidate) => files.has(candidate));
  return path === undefined ? undefined : files.get(path);
}

function parseConfig(yaml: string | undefined): Record<string, unknown> {
  if (yaml === undefined) return {};
  try {
    const config = load(yaml);
    return typeof config === 'object' && config !== null ? { ...config } : {};
  } catch (error) {
    throw new EarlyExit(1, `error parsing YAML in config file: ${(error as Error).message}`);
  }
}

/** Token, token file, credentials contents, credentials file: the first that is given decides. */
function findCredentials(
  [argument]: readonly string[],
  configured: string | undefined,
  lookup: Lookup,
  files: Files,
): TunnelCredentials {
  const token = lookup('token') ?? readTokenFile(lookup('token-file'), files);
  if (token !== undefined) {
    return parseTunnelToken(token) ?? exit(MISUSE, 'Provided Tunnel token is not valid.');
  }
  const tunnel = argument ?? configured;
  if (tunnel === undefined) {
    const message = `"cloudflared tunnel run" requires the ID or name of the tunnel to run as the last command line argument or in the configuration file.`;
    throw new EarlyExit(MISUSE, message);
  }
  const credentials = readCredentials(lookup, files);
  return UUID.test(tunnel) ? { ...credentials, tunnelId: tunnel.toLowerCase() } : credentials;
}

function readTokenFile(path: string | undefined, files: Files): string | undefined {
  if (path === undefined) return undefined;
  return files.get(path) ?? exit(MISUSE, `Failed to read token file: open ${path}: no such file or directory`);
}

function readCredentials(lookup: Lookup, files: Files): TunnelCredentials {
  const contents = lookup('credentials-contents');
  if (contents !== undefined) {
    return parseCredentialsFile(contents) ?? exit(1, 'Invalid credentials contents: cannot parse as JSON credentials');
  }
  const path =
    lookup('credentials-file') ?? exit(1, 'Cannot determine default origin certificate path. No file cert.pem');
  const file = files.get(path) ?? exit(1, `Tunnel credentials file '${path}' doesn't exist or is not a file`);
  return parseCredentialsFile(file) ?? exit(1, `Invalid JSON when parsing tunnel credentials file '${path}'`);
}

/** Where the edge is said to be; the name service that a real cloudflared would ask does not exist here. */
function edges(lookup: Lookup, files: Files): EdgeAddress[] {
  const addresses = lookup('edge')?.split(',') ?? exit(1, 'edge discovery: error looking up Cloudflare edge IPs');
  const caPath = lookup('cacert') ?? exit(1, 'the sandbox has no public certificate: --cacert is needed');
  const caPem = files.get(caPath) ?? exit(1, `Error loading cert pool: open ${caPath}: no such file or directory`);
  return addresses.map((address) => ({ ...hostAndPort('edge', address.trim()), caPem }));
}

function metricsAddress(text: string): MetricsAddress {
  const { host, port } = hostAndPort('metrics', text);
  return { host: host === '' ? '0.0.0.0' : host, port };
}

function hostAndPort(flag: string, text: string): { readonly host: string; readonly port: number } {
  const [, host, port] = /^(.*):(\d+)$/.exec(text) ?? [];
  if (host === undefined) throw new EarlyExit(1, `invalid value "${text}" for flag -${flag}: missing port in address`);
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

function gracePeriod(text: string): number {
  const period = parseGoDuration(text) ?? exit(1, `invalid value "${text}" for flag -grace-period: parse error`);
  if (period > LONGEST_GRACE_MS) throw new EarlyExit(1, 'grace-period must be equal or less than 3m0s');
  return period;
}

function wholeNumber(flag: string, text: string): number {
  return /^\d+$/.test(text) ? Number(text) : exit(1, `invalid value "${text}" for flag -${flag}: parse error`);
}

function scalar(value: unknown): string | undefined {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;
}

function exit(code: number, message: string): never {
  throw new EarlyExit(code, message);
}
