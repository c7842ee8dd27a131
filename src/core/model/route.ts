import type { ExposedReason, WarningReason } from '../../api/conditions.ts';
import type { TunnelSpec } from '../../api/tunnel.gen.ts';
import type { Hostname } from './hostname.ts';
import type { SourceKey } from './source.ts';

/** cloudflared's per-origin settings, in cloudflared's own words. */
export type OriginRequest = NonNullable<TunnelSpec['originRequest']>;

/** How the path of a request is compared: by segment, as a whole, or with an RE2 pattern found anywhere in it. */
export const PATH_TYPES = ['Exact', 'Prefix', 'Regex'] as const;
export type PathType = (typeof PATH_TYPES)[number];

export interface PathMatch {
  readonly type: PathType;
  readonly value: string;
}

/** A ConfigMap or Secret in the namespace of the source, and the key in it that holds certificates. */
export interface CaPoolReference {
  readonly name: string;
  /** Absent: the one that such objects usually have. */
  readonly key?: string;
  /** Of the certificates that were found there; absent in what a source asks for, present in what is published. */
  readonly fingerprint?: string;
}

/** One hostname + path → one backend: the only internal model; every source of routes is parsed into it. */
export interface Route {
  /** The object that the route comes from. */
  readonly source: SourceKey;
  readonly hostname: Hostname;
  /** Absent: every path of the hostname. */
  readonly path?: PathMatch;
  /** The backend as cloudflared sees it, as in `http://web.default.svc:80`. */
  readonly origin: string;
  /** What the source sets itself; the Tunnel's own settings are not repeated here. */
  readonly originRequest?: OriginRequest;
  /** Certificates to trust beside the usual ones. */
  readonly caPool?: CaPoolReference;
  /** Whether its record is ours to make; absent: as the Tunnel says. */
  readonly dns?: DnsChoice;
  /** Wanted no longer, and published only until its record has gone. */
  readonly isLeaving?: true;
  /** No record of ours is at its hostname: none was ever made, or it has been removed. */
  readonly isUnrecorded?: true;
}

export type DnsChoice = 'managed' | 'disabled';

/** What is spread over the pods: connections, which cloudflared keeps, or requests. */
export type Balance = 'connection' | 'request';

/** Why a route, or a whole source, is not served as asked. Plain data: it never stops anything else. */
export interface Problem {
  readonly reason: ExposedReason;
  readonly message: string;
}

/** What a person should know of a route that is served all the same. */
export interface Warning {
  readonly reason: WarningReason;
  readonly message: string;
}

/** What a route claims, as a person would name it: a hostname, or a hostname with a path. */
export function claimOf({ hostname, path }: Pick<Route, 'hostname' | 'path'>): string {
  if (path === undefined) return hostname;
  return path.type === 'Prefix' ? `${hostname}${path.value}` : `${hostname} (${path.type} ${path.value})`;
}
