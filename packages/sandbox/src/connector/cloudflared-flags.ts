/** The command that accepts a flag. */
export type FlagScope = 'tunnel' | 'run';

export type FlagType = 'string' | 'strings' | 'boolean' | 'integer' | 'duration';

export interface Flag {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly env: string | undefined;
  readonly type: FlagType;
  readonly places: readonly FlagScope[];
}

type FlagDetails = Partial<Omit<Flag, 'name' | 'env'>>;

const RUN: readonly FlagScope[] = ['run'];
const BOTH: readonly FlagScope[] = ['tunnel', 'run'];

/** The relevant flags of cloudflared 2026.8.2. Those of `tunnel` must precede `run`. */
export const FLAGS: readonly Flag[] = [
  flag('config', undefined),
  flag('metrics', 'TUNNEL_METRICS'),
  flag('grace-period', 'TUNNEL_GRACE_PERIOD', { type: 'duration' }),
  flag('retries', 'TUNNEL_RETRIES', { type: 'integer' }),
  flag('ha-connections', undefined, { type: 'integer' }),
  flag('loglevel', 'TUNNEL_LOGLEVEL'),
  flag('transport-loglevel', 'TUNNEL_TRANSPORT_LOGLEVEL'),
  flag('logfile', 'TUNNEL_LOGFILE'),
  flag('output', 'TUNNEL_LOG_OUTPUT'),
  flag('label', undefined),
  flag('tag', 'TUNNEL_TAG', { type: 'strings' }),
  flag('region', 'TUNNEL_REGION'),
  flag('edge', 'TUNNEL_EDGE', { type: 'strings' }),
  flag('edge-ip-version', 'TUNNEL_EDGE_IP_VERSION'),
  flag('edge-bind-address', 'TUNNEL_EDGE_BIND_ADDRESS'),
  flag('cacert', 'TUNNEL_CACERT'),
  flag('max-edge-addr-retries', undefined, { type: 'integer' }),
  flag('origincert', 'TUNNEL_ORIGIN_CERT'),
  flag('no-autoupdate', 'NO_AUTOUPDATE', { type: 'boolean' }),
  flag('no-prechecks', 'TUNNEL_NO_PRECHECKS', { type: 'boolean' }),
  flag('management-diagnostics', 'TUNNEL_MANAGEMENT_DIAGNOSTICS', { type: 'boolean' }),
  flag('protocol', 'TUNNEL_TRANSPORT_PROTOCOL', { places: BOTH, aliases: ['p'] }),
  flag('credentials-file', 'TUNNEL_CRED_FILE', { places: BOTH, aliases: ['cred-file'] }),
  flag('post-quantum', 'TUNNEL_POST_QUANTUM', { type: 'boolean', places: BOTH, aliases: ['pq'] }),
  flag('features', 'TUNNEL_FEATURES', { type: 'strings', places: BOTH, aliases: ['F'] }),
  flag('credentials-contents', 'TUNNEL_CRED_CONTENTS', { places: RUN }),
  flag('token', 'TUNNEL_TOKEN', { places: RUN }),
  flag('token-file', 'TUNNEL_TOKEN_FILE', { places: RUN }),
  flag('force', 'TUNNEL_RUN_FORCE_OVERWRITE', { type: 'boolean', places: RUN, aliases: ['f'] }),
];

function flag(name: string, env: string | undefined, details: FlagDetails = {}): Flag {
  return { name, env, aliases: [], type: 'string', places: ['tunnel'], ...details };
}
