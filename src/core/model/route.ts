import type { ExposedReason, WarningReason } from '../../api/conditions.ts';
import type { ObjectKey } from '../../api/objects.ts';
import type { TunnelSpec } from '../../api/tunnel.gen.ts';
import type { Address } from './address.ts';
import type { CaPoolReference } from './ca-pool-reference.ts';
import type { Hostname } from './hostname.ts';
import { type ProxyRule, describeMatch } from './proxy-rule.ts';
import type { SourceKey } from './source.ts';

/** cloudflared's settings for an origin, with cloudflared's names. */
export type OriginRequest = NonNullable<TunnelSpec['originRequest']>;

/** How the path of a request is matched: exactly, by leading segments, or with an unanchored RE2 pattern. */
export const PATH_TYPES = ['Exact', 'Prefix', 'Regex'] as const;
export type PathType = (typeof PATH_TYPES)[number];

export interface PathMatch {
  readonly type: PathType;
  readonly value: string;
}

/** One hostname and path with its backend. Every source of routes is parsed into this model. */
export interface Route {
  /** The object that the route comes from. */
  readonly source: SourceKey;
  readonly hostname: Hostname;
  /** Absent: every path of the hostname. */
  readonly path?: PathMatch;
  /**
   * URL of the backend for cloudflared, such as `http://web.default.svc:80`. With a proxy rule: of its first backend.
   * Empty for a name of the local network.
   */
  readonly origin: string;
  /**
   * Only of a name of the local network, which has no rule: the addresses that its records hold. Until it is known to
   * which Tunnel the route is attached, none means those of the Tunnel.
   */
  readonly addresses?: readonly Address[];
  /** Settings of the source. The defaults of the Tunnel are not repeated here. */
  readonly originRequest?: OriginRequest;
  /** Certificates to trust in addition to the system's. */
  readonly caPool?: CaPoolReference;
  /** What only the proxy can do. Every route of its hostname is then served through the proxy. */
  readonly proxy?: ProxyRule;
  /** The namespace that the hostname belongs to. Absent: that of the source. */
  readonly hostnameOwner?: string;
  /** Whether the operator manages the record. Absent: the Tunnel's `dns.mode` decides. */
  readonly dns?: DnsChoice;
  /** Who may enter. Absent: nothing was said, and the Tunnel has no policies of its own. */
  readonly access?: RouteAccess;
  /** What protects it at Cloudflare. A route with policies is published only with it. */
  readonly protection?: Protection;
  /** No longer wanted, and published only until its record is deleted. */
  readonly isLeaving?: true;
  /** The operator has no record at the hostname: none was created, or it has been removed. */
  readonly isUnrecorded?: true;
}

/** AccessPolicies in the order in which they apply, or explicitly none. */
export type RouteAccess = 'none' | readonly ObjectKey[];

/** The Access application in front of a route. */
export interface Protection {
  /** The first label of the team's domain, which signs tokens. */
  readonly team: string;
  /** The audience of the application's tokens. */
  readonly audience: string;
  /** A policy lets requests in without a token, so connectors cannot ask for one. */
  readonly isUnchecked?: true;
}

export type DnsChoice = 'managed' | 'disabled';

/** What is balanced over the pods: connections, which cloudflared keeps open, or single requests. */
export type Balance = 'connection' | 'request';

/** Why a route, or a whole source, is not served as requested. A problem never affects other routes. */
export interface Problem {
  readonly reason: ExposedReason;
  readonly message: string;
}

/** A route that is not published as it is asked for. */
export interface RefusedRoute {
  readonly route: Route;
  readonly why: string;
  /** Absent: `InvalidAnnotation`, since the route itself is at fault. */
  readonly reason?: ExposedReason;
  /** It is served as it was published before. */
  readonly isStillServed?: true;
}

/** A warning about a route that is served nevertheless. */
export interface Warning {
  readonly reason: WarningReason;
  readonly message: string;
}

/** The claim of a route as text: a hostname, perhaps with a path, and with the other conditions of a proxy rule. */
export function claimOf({ hostname, path, proxy }: Pick<Route, 'hostname' | 'path' | 'proxy'>): string {
  const match = proxy?.match === undefined ? '' : describeMatch(proxy.match);
  const condition = match === '' ? '' : ` (${match})`;
  if (path === undefined) return `${hostname}${condition}`;
  return path.type === 'Prefix'
    ? `${hostname}${path.value}${condition}`
    : `${hostname} (${path.type} ${path.value})${condition}`;
}
