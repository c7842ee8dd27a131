/** The operator's flags, each of which is also an environment variable. The parser, `--help` and the docs use this table. */
import { parseSeconds } from './core/duration.ts';
import { suggest } from './core/suggest.ts';
import type { LogLevel } from './adapters/telemetry/logger.ts';
import { VERSION } from './version.ts';

export interface Options {
  /** Undefined: derived from the cluster. */
  readonly clusterName: string | undefined;
  /** Undefined: all. */
  readonly watchNamespace: string | undefined;
  /** Whether Gateways and their routes are watched. */
  readonly servesGatewayApi: boolean;
  readonly leaderElect: boolean;
  readonly namespace: string;
  readonly metricsBindAddress: string;
  /** At most so many hostnames have a sample of their own. */
  readonly metricsHostnames: number;
  readonly healthBindAddress: string;
  readonly driftIntervalMs: number;
  readonly workers: number;
  readonly logLevel: LogLevel;
  readonly logFormat: 'json' | 'pretty';
  readonly cloudflareBaseUrl: string;
  readonly kubeconfig: string | undefined;
  /** Undefined: pods are reached directly. */
  readonly podProxy: URL | undefined;
}

export interface Flag {
  readonly name: string;
  readonly default: string;
  readonly meaning: string;
  /** What is wrong with a value; undefined if nothing. */
  readonly check: (value: string) => string | undefined;
}

const oneOf =
  (...words: readonly string[]) =>
  (value: string): string | undefined =>
    words.includes(value) ? undefined : `must be ${words.join(', ')}`;
const matching =
  (pattern: RegExp, what: string) =>
  (value: string): string | undefined =>
    pattern.test(value) ? undefined : `must be ${what}`;
const ADDRESS = (value: string): string | undefined =>
  /^[^\s]*:[0-9]{1,5}$/.test(value) && Number(/[0-9]+$/.exec(value)?.[0]) < 65536
    ? undefined
    : 'must be host:port or :port';
const NAME = matching(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'a Kubernetes name');

export const FLAGS: readonly Flag[] = [
  {
    name: 'cluster-name',
    default: '',
    meaning:
      'Name of this cluster in tunnel names and DNS marks. Default: first 8 characters of the UID of namespace kube-system.',
    check: matching(/^([a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?)?$/, 'a name of at most 40 characters'),
  },
  {
    name: 'watch-namespace',
    default: '',
    meaning: 'Only this namespace is watched. Default: all.',
    check: (value) => (value === '' ? undefined : NAME(value)),
  },
  {
    name: 'gateway-api',
    default: 'auto',
    meaning:
      'Whether the Gateway API is served: auto or true. auto: unless only one namespace is watched, since GatewayClasses are in none.',
    check: oneOf('auto', 'true'),
  },
  {
    name: 'leader-elect',
    default: 'true',
    meaning: 'Reconcile only while holding the Lease cftunnel-operator.',
    check: oneOf('true', 'false'),
  },
  {
    name: 'namespace',
    default: '',
    meaning: "Namespace of the Lease. Default: the Pod's own, else cftunnel-system.",
    check: (value) => (value === '' ? undefined : NAME(value)),
  },
  { name: 'metrics-bind-address', default: ':8080', meaning: 'Where /metrics is served.', check: ADDRESS },
  {
    name: 'metrics-hostnames',
    default: '500',
    meaning: 'At most so many hostnames have a metric of their own; 0: none.',
    check: matching(/^[0-9]{1,5}$/, 'a number from 0 to 99999'),
  },
  { name: 'health-bind-address', default: ':8081', meaning: 'Where /healthz and /readyz are served.', check: ADDRESS },
  {
    name: 'drift-interval',
    default: '10m',
    meaning: 'How often Cloudflare is compared with the desired state.',
    check: (value) => ((parseSeconds(value) ?? 0) >= 1 ? undefined : 'must be a duration of at least 1s, as in 10m'),
  },
  {
    name: 'workers',
    default: '4',
    meaning: 'Objects of one kind that are reconciled at the same time.',
    check: matching(/^([1-9]|[1-5][0-9]|6[0-4])$/, 'a number from 1 to 64'),
  },
  {
    name: 'log-level',
    default: 'info',
    meaning: 'debug, info, warn or error.',
    check: oneOf('debug', 'info', 'warn', 'error'),
  },
  { name: 'log-format', default: 'json', meaning: 'json or pretty.', check: oneOf('json', 'pretty') },
  {
    name: 'cloudflare-base-url',
    default: 'https://api.cloudflare.com/client/v4',
    meaning: 'The Cloudflare API. Also CLOUDFLARE_BASE_URL.',
    check: (value) =>
      /^https?:\/\/[^\s]+$/.test(value) && URL.canParse(value) ? undefined : 'must be an http or https URL',
  },
  {
    name: 'kubeconfig',
    default: '',
    meaning: "Kubeconfig file. Default: KUBECONFIG, else the Pod's own account.",
    check: () => undefined,
  },
  {
    name: 'pod-proxy',
    default: '',
    meaning:
      "HTTP proxy to the connectors' pods, for an operator outside the cluster. Default: they are asked directly.",
    check: (value) =>
      value === '' || /^http:\/\/[^\s/]+:[0-9]+\/?$/.test(value)
        ? undefined
        : 'must be a URL such as http://127.0.0.1:8888',
  },
];

export type ParsedOptions =
  | { readonly kind: 'options'; readonly options: Options }
  /** Help or version: to be printed instead of running. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'error'; readonly message: string };

/** The environment variable of a flag. */
export function variableOf(flag: string): string {
  return `CFTUNNEL_${flag.replaceAll('-', '_').toUpperCase()}`;
}

/** Flags override the environment, which overrides defaults. `podNamespace`: the namespace this process runs in, if any. */
export function parseOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  podNamespace: string | undefined,
): ParsedOptions {
  if (args.includes('--help') || args.includes('-h')) return { kind: 'text', text: help() };
  if (args.includes('--version')) return { kind: 'text', text: `cftunnel-operator ${VERSION}\n` };
  const values = readFlags(FLAGS, args, env);
  if (typeof values === 'string') return { kind: 'error', message: values };
  return { kind: 'options', options: toOptions((name) => values.get(name) ?? '', podNamespace) };
}

/** The value of each flag; a string is an error message. */
export function readFlags(
  flags: readonly Flag[],
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> | string {
  const given = parseArguments(flags, args);
  if (typeof given === 'string') return given;
  const values = new Map<string, string>();
  for (const flag of flags) {
    const fallback = flag.name === 'cloudflare-base-url' ? env['CLOUDFLARE_BASE_URL'] : undefined;
    // An empty variable counts as unset: manifests may leave a variable empty.
    const value = given.get(flag.name) ?? (env[variableOf(flag.name)] || fallback || flag.default);
    const problem = flag.check(value);
    if (problem !== undefined) return `--${flag.name}: "${value}" ${problem}`;
    values.set(flag.name, value);
  }
  return values;
}

/** Reads `--flag value`, `--flag=value`, and a bare `--flag` for a boolean flag; a string is an error message. */
function parseArguments(flags: readonly Flag[], args: readonly string[]): ReadonlyMap<string, string> | string {
  const given = new Map<string, string>();
  const queue = [...args];
  for (let arg = queue.shift(); arg !== undefined; arg = queue.shift()) {
    const [, name, inline] = /^--([a-z-]+)(?:=(.*))?$/.exec(arg) ?? [];
    const flag = flags.find((candidate) => candidate.name === name);
    if (flag === undefined) return unknownFlag(flags, arg, name);
    const isBoolean = flag.default === 'true' || flag.default === 'false';
    const isBare = queue[0] === undefined || queue[0].startsWith('--');
    const value = inline ?? (isBare ? (isBoolean ? 'true' : undefined) : queue.shift());
    if (value === undefined) return `--${flag.name} needs a value`;
    given.set(flag.name, value);
  }
  return given;
}

function unknownFlag(flags: readonly Flag[], arg: string, name: string | undefined): string {
  const names = flags.map((flag) => flag.name);
  const meant = name === undefined ? undefined : suggest(name, names);
  return `unknown flag ${arg}${meant === undefined ? '' : `, did you mean --${meant}?`} (--help lists them all)`;
}

function toOptions(value: (name: string) => string, podNamespace: string | undefined): Options {
  const optional = (name: string): string | undefined => (value(name) === '' ? undefined : value(name));
  return {
    clusterName: optional('cluster-name'),
    watchNamespace: optional('watch-namespace'),
    servesGatewayApi: servesGatewayApi(value),
    leaderElect: value('leader-elect') === 'true',
    namespace: optional('namespace') ?? podNamespace ?? 'cftunnel-system',
    metricsBindAddress: value('metrics-bind-address'),
    metricsHostnames: Number(value('metrics-hostnames')),
    healthBindAddress: value('health-bind-address'),
    driftIntervalMs: (parseSeconds(value('drift-interval')) ?? 600) * 1000,
    workers: Number(value('workers')),
    logLevel: value('log-level') as LogLevel,
    logFormat: value('log-format') as 'json' | 'pretty',
    cloudflareBaseUrl: value('cloudflare-base-url').replace(/\/$/, ''),
    kubeconfig: optional('kubeconfig'),
    podProxy: podProxyOf(optional('pod-proxy')),
  };
}

/** What the flags say together. */
export function servesGatewayApi(value: (flag: string) => string): boolean {
  return value('gateway-api') === 'true' || value('watch-namespace') === '';
}

function podProxyOf(url: string | undefined): URL | undefined {
  return url === undefined ? undefined : new URL(url);
}

/** One line for each flag, for `--help`. */
export function describeFlags(flags: readonly Flag[]): readonly string[] {
  return flags.map((flag) => {
    const standard = flag.default === '' ? '' : ` (default ${flag.default})`;
    return `  --${flag.name.padEnd(22)} ${flag.meaning}${standard}`;
  });
}

function help(): string {
  return [
    'cftunnel-operator: puts Kubernetes Services on the internet through Cloudflare Tunnels.',
    '',
    'Usage: node dist/main.js [flags]                run the operator',
    '       node dist/main.js uninstall [flags]      delete every Tunnel, and wait until nothing is left',
    '       node dist/main.js release [flags]        free what an operator that is gone still holds',
    '',
    ...describeFlags(FLAGS),
    `  --${'help'.padEnd(22)} Print this text.`,
    `  --${'version'.padEnd(22)} Print the version.`,
    '',
    `Each flag is also an environment variable: --log-level is ${variableOf('log-level')}.`,
    '',
  ].join('\n');
}
