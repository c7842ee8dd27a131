import type { ObjectKey, Tunnel } from '../../api/objects.ts';
import type { Hostname } from '../model/hostname.ts';
import { keyOf } from '../keys.ts';
import { type Route, claimOf } from '../model/route.ts';
import { settingsOf } from '../model/tunnel-settings.ts';
import { type TunnelObservation, isLive } from './exposed.ts';

/** The metrics of one Tunnel. */
export interface TunnelFigures {
  readonly tunnel: ObjectKey;
  readonly routes: { readonly attached: number; readonly refused: number };
  /** Number of hostnames: live; refused, if the record or every rule is refused; pending otherwise. */
  readonly records: { readonly live: number; readonly refused: number; readonly pending: number };
  /** `foreign`: connectors on the tunnel that are not pods of this Tunnel. */
  readonly connectors: { readonly expected: number; readonly ready: number; readonly foreign: number };
  /** Since when the token is in use, RFC 3339; `undefined`: there is none yet. */
  readonly tokenSince: string | undefined;
}

/** `routes`: the wanted routes; `observation`: the result of the last pass, if there was one. */
export function figuresOf(
  tunnel: Tunnel,
  routes: readonly Route[],
  observation: TunnelObservation | undefined,
  foreign = 0,
): TunnelFigures {
  const hostnames = namesOf(routes);
  const withRule = new Set(namesOf(routes.filter((route) => observation?.refusedRules.has(claimOf(route)) !== true)));
  const isRefused = (hostname: Hostname): boolean =>
    observation?.refused.has(hostname) === true || !withRule.has(hostname);
  const refused = hostnames.filter(isRefused);
  const live = namesOf(routes.filter((route) => isLive(route, observation) && !isRefused(route.hostname)));
  return {
    tunnel: keyOf(tunnel),
    routes: { attached: tunnel.status?.routes?.attached ?? 0, refused: tunnel.status?.routes?.refused ?? 0 },
    records: {
      live: live.length,
      refused: refused.length,
      pending: hostnames.length - live.length - refused.length,
    },
    connectors: { expected: settingsOf(tunnel).replicas, ready: tunnel.status?.readyReplicas ?? 0, foreign },
    tokenSince: tokenSince(tunnel),
  };
}

/** A token that was never rotated is as old as the Tunnel; that of an existing tunnel is at least as old. */
function tokenSince({ metadata, status }: Tunnel): string | undefined {
  if (status?.tunnelId === undefined) return undefined;
  return status.tokenRotation?.lastTime ?? metadata.creationTimestamp;
}

function namesOf(routes: readonly Route[]): readonly Hostname[] {
  return [...new Set(routes.map(({ hostname }) => hostname))];
}
