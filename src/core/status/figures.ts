import type { ObjectKey, Tunnel } from '../../api/objects.ts';
import type { Hostname } from '../model/hostname.ts';
import { keyOf } from '../keys.ts';
import { type Route, claimOf } from '../model/route.ts';
import { settingsOf } from '../model/tunnel-settings.ts';
import { type TunnelObservation, isLive } from './exposed.ts';

/** How one Tunnel stands, in numbers: for metrics. */
export interface TunnelFigures {
  readonly tunnel: ObjectKey;
  readonly routes: { readonly attached: number; readonly refused: number };
  /** By hostname: served with its record in place; refused, be it the record or every rule; or not there yet. */
  readonly records: { readonly live: number; readonly refused: number; readonly pending: number };
  /** `foreign`: on its tunnel, but not its own. */
  readonly connectors: { readonly expected: number; readonly ready: number; readonly foreign: number };
}

/** `routes`: what the Tunnel should serve; `news`: what its last pass has found, if there was one. */
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
  };
}

function namesOf(routes: readonly Route[]): readonly Hostname[] {
  return [...new Set(routes.map(({ hostname }) => hostname))];
}
