/** Where on the command line a flag may stand. */
type Place = 'tunnel' | 'run';

interface Flag {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly env: string | undefined;
  readonly isBoolean: boolean;
  readonly places: readonly Place[];
}

const TUNNEL: readonly Place[] = ['tunnel'];
const RUN: readonly Place[] = ['run'];
const BOTH: readonly Place[] = ['tunnel', 'run'];

/** The flags of cloudflared 2026.8.2 that an operator may meet. Those of `tunnel` must stand before `run`. */
const FLAGS: readonly Flag[] = [
  flag('config', TUNNEL),
  flag('metrics', TUNNEL, 'TUNNEL_METRICS'),
  flag('grace-period', TUNNEL, 'TUNNEL_GRACE_PERIOD'),
  flag('retries', TUNNEL, 'TUNNEL_RETRIES'),
  flag('ha-connections', TUNNEL),
  flag('loglevel', TUNNEL, 'TUNNEL_LOGLEVEL'),
  flag('transport-loglevel', TUNNEL, 'TUNNEL_TRANSPORT_LOGLEVEL'),
  flag('logfile', TUNNEL, 'TUNNEL_LOGFILE'),
  flag('output', TUNNEL, 'TUNNEL_LOG_OUTPUT'),
  flag('label', TUNNEL),
  flag('tag', TUNNEL, 'TUNNEL_TAG'),
  flag('region', TUNNEL, 'TUNNEL_REGION'),
  flag('edge', TUNNEL, 'TUNNEL_EDGE'),
  flag('edge-ip-version', TUNNEL, 'TUNNEL_EDGE_IP_VERSION'),
  flag('edge-bind-address', TUNNEL, 'TUNNEL_EDGE_BIND_ADDRESS'),
  flag('cacert', TUNNEL, 'TUNNEL_CACERT'),
  flag('max-edge-addr-retries', TUNNEL),
  flag('origincert', TUNNEL, 'TUNNEL_ORIGIN_CERT'),
  toggle('no-autoupdate', TUNNEL, 'NO_AUTOUPDATE'),
  toggle('no-prechecks', TUNNEL, 'TUNNEL_NO_PRECHECKS'),
  toggle('management-diagnostics', TUNNEL, 'TUNNEL_MANAGEMENT_DIAGNOSTICS'),
  { ...flag('protocol', BOTH, 'TUNNEL_TRANSPORT_PROTOCOL'), aliases: ['p'] },
  { ...flag('credentials-file', BOTH, 'TUNNEL_CRED_FILE'), aliases: ['cred-file'] },
  { ...toggle('post-quantum', BOTH, 'TUNNEL_POST_QUANTUM'), aliases: ['pq'] },
  { ...flag('features', BOTH, 'TUNNEL_FEATURES'), aliases: ['F'] },
  flag('credentials-contents', RUN, 'TUNNEL_CRED_CONTENTS'),
  flag('token', RUN, 'TUNNEL_TOKEN'),
  flag('token-file', RUN, 'TUNNEL_TOKEN_FILE'),
  { ...toggle('force', RUN, 'TUNNEL_RUN_FORCE_OVERWRITE'), aliases: ['f'] },
];

/** A command line that could be read; `values` are what it sets, by full flag name. */
export interface CommandLine {
  readonly command: 'run' | 'version' | 'other';
  readonly values: ReadonlyMap<string, string>;
  readonly positional: readonly string[];
}

/** A command line cloudflared refuses, in its words. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads `cloudflared [flags] tunnel [flags] run [flags] [UUID]`, the program's name left out. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const values = new Map<string, string>();
  const afterProgram = takeFlags(argv, 'tunnel', values);
  if (afterProgram[0] === 'version') return { command: 'version', values, positional: [] };
  if (afterProgram[0] !== 'tunnel') return { command: 'other', values, positional: afterProgram };
  const afterTunnel = takeFlags(afterProgram.slice(1), 'tunnel', values);
  if (afterTunnel[0] !== 'run') return { command: 'other', values, positional: afterTunnel };
  return { command: 'run', values, positional: takeFlags(afterTunnel.slice(1), 'run', values) };
}

/** What the environment sets, by full flag name. Unknown variables are nobody's business. */
export function flagsFromEnvironment(env: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(
    FLAGS.flatMap(({ name, env: variable }) => {
      const value = variable === undefined ? undefined : env[variable];
      return value === undefined || value === '' ? [] : [[name, value] as const];
    }),
  );
}

/** Moves leading flags into `values` and returns what follows them. */
function takeFlags(argv: readonly string[], place: Place, values: Map<string, string>): readonly string[] {
  const [first, ...rest] = argv;
  if (first === undefined || !first.startsWith('-') || first === '-') return argv;
  if (first === '--') return rest;
  const [, name = '', inline] = /^--?([^=]*)(?:=(.*))?$/s.exec(first) ?? [];
  const known = FLAGS.find((candidate) => candidate.places.includes(place) && isCalled(candidate, name));
  if (known === undefined) throw new UsageError(`flag provided but not defined: -${name}`);
  const takesNext = inline === undefined && !known.isBoolean;
  if (takesNext && rest[0] === undefined) throw new UsageError(`flag needs an argument: -${name}`);
  values.set(known.name, inline ?? (takesNext ? (rest[0] ?? '') : 'true'));
  return takeFlags(takesNext ? rest.slice(1) : rest, place, values);
}

function isCalled(candidate: Flag, name: string): boolean {
  return candidate.name === name || candidate.aliases.includes(name);
}

function flag(name: string, places: readonly Place[], env?: string): Flag {
  return { name, aliases: [], env, isBoolean: false, places };
}

function toggle(name: string, places: readonly Place[], env?: string): Flag {
  return { ...flag(name, places, env), isBoolean: true };
}
