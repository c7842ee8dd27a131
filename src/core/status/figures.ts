import type { Condition } from '../../api/conditions.ts';
import type { ObjectKey, Tunnel } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import type { Route } from '../model/route.ts';
import { settingsOf } from '../model/tunnel-settings.ts';
import type { TunnelObservation } from './exposed.ts';
import { HOSTNAME_STATES, type HostnameFigure, type HostnameState, hostnameFigures } from './hostname-figures.ts';

/** The metrics of one Tunnel. */
export interface TunnelFigures {
  readonly tunnel: ObjectKey;
  readonly routes: { readonly attached: number; readonly refused: number };
  /** The number of hostnames in each state. */
  readonly records: Readonly<Record<HostnameState, number>>;
  readonly hostnames: readonly HostnameFigure[];
  /** `foreign`: connectors on the tunnel that are not pods of this Tunnel. */
  readonly connectors: { readonly expected: number; readonly ready: number; readonly foreign: number };
  readonly conditions: readonly Pick<Condition, 'type' | 'status' | 'reason'>[];
  /** When a pass last ended without a failure, RFC 3339; `undefined`: none of this process did. */
  readonly succeededAt: string | undefined;
  /** Version of the rules at Cloudflare; `undefined`: they are in the cluster. */
  readonly configVersion: number | undefined;
  /** Since when the token is in use, RFC 3339; `undefined`: there is none yet. */
  readonly tokenSince: string | undefined;
  /** When the token is rotated next, RFC 3339; `undefined`: no schedule says so. */
  readonly rotationAt: string | undefined;
}

/** What is remembered of a Tunnel between passes. */
interface Remembered {
  readonly foreignConnectors: number;
  readonly succeededAt?: string;
}

/** `routes`: the wanted routes; `observation`: the result of the last pass, if there was one. */
export function figuresOf(
  tunnel: Tunnel,
  routes: readonly Route[],
  observation: TunnelObservation | undefined,
  memory?: Remembered,
): TunnelFigures {
  const { status } = tunnel;
  const hostnames = hostnameFigures(routes, observation);
  return {
    tunnel: keyOf(tunnel),
    routes: { attached: status?.routes?.attached ?? 0, refused: status?.routes?.refused ?? 0 },
    records: countStates(hostnames),
    hostnames,
    connectors: {
      expected: settingsOf(tunnel).replicas,
      ready: status?.readyReplicas ?? 0,
      foreign: memory?.foreignConnectors ?? 0,
    },
    conditions: status?.conditions ?? [],
    succeededAt: memory?.succeededAt,
    configVersion: status?.config?.version,
    tokenSince: tokenSince(tunnel),
    rotationAt: tunnel.spec.tokenRotation === undefined ? undefined : status?.tokenRotation?.nextTime,
  };
}

function countStates(hostnames: readonly HostnameFigure[]): TunnelFigures['records'] {
  const count = (wanted: HostnameState): number => hostnames.filter(({ state }) => state === wanted).length;
  return Object.fromEntries(HOSTNAME_STATES.map((state) => [state, count(state)])) as Record<HostnameState, number>;
}

/** A token that was never rotated is as old as the Tunnel; that of an existing tunnel is at least as old. */
function tokenSince({ metadata, status }: Tunnel): string | undefined {
  if (status?.tunnelId === undefined) return undefined;
  return status.tokenRotation?.lastTime ?? metadata.creationTimestamp;
}
