import type { ExposedReason } from '../../api/conditions.ts';
import type { ObjectKey } from '../../api/objects.ts';
import type { TunnelSpec } from '../../api/tunnel.gen.ts';
import type { Hostname } from '../hostname.ts';

/** cloudflared's per-origin settings, in cloudflared's own words. */
export type OriginRequest = NonNullable<TunnelSpec['originRequest']>;

/** One hostname → one backend: the only internal model; every source of routes is parsed into it. */
export interface Route {
  /** The Service the route comes from. */
  readonly source: ObjectKey;
  readonly hostname: Hostname;
  /** The backend as cloudflared sees it, as in `http://web.default.svc:80`. */
  readonly origin: string;
  /** Whether its record is ours to make; absent: as the Tunnel says. */
  readonly dns?: DnsChoice;
}

export type DnsChoice = 'managed' | 'disabled';

/** Why a route, or a whole source, is not served as asked. Plain data: it never stops anything else. */
export interface Problem {
  readonly reason: ExposedReason;
  readonly message: string;
}
