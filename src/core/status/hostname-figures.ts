/** The state of each hostname of a Tunnel, for metrics. */
import type { ExposedReason } from '../../api/conditions.ts';
import type { ObjectKey } from '../../api/objects.ts';
import { compare } from '../keys.ts';
import type { Hostname } from '../model/hostname.ts';
import { type Problem, type Route, claimOf } from '../model/route.ts';
import { type TunnelObservation, isLive } from './exposed.ts';

/** In the order of how much a reader needs to see them. */
export const HOSTNAME_STATES = ['refused', 'pending', 'live'] as const;

/** Refused: its record, or every one of its rules, is refused. Live: a rule is published and the record exists. */
export type HostnameState = (typeof HOSTNAME_STATES)[number];

export interface HostnameFigure {
  readonly hostname: Hostname;
  readonly state: HostnameState;
  /** Why it is refused. */
  readonly reason?: ExposedReason;
}

export function hostnameFigures(
  routes: readonly Route[],
  observation: TunnelObservation | undefined,
): readonly HostnameFigure[] {
  const byHostname = Map.groupBy(routes, ({ hostname }) => hostname);
  return [...byHostname].map(([hostname, own]) => {
    const problem = observation && refusalOf(hostname, own, observation);
    if (problem !== undefined) return { hostname, state: 'refused', reason: problem.reason };
    return { hostname, state: own.some((route) => isLive(route, observation)) ? 'live' : 'pending' };
  });
}

function refusalOf(
  hostname: Hostname,
  routes: readonly Route[],
  { refused, refusedRules }: TunnelObservation,
): Problem | undefined {
  const problems = routes.map((route) => refusedRules.get(claimOf(route)));
  const isRefused = problems.every((problem) => problem !== undefined && problem.reason !== 'Progressing');
  return refused.get(hostname) ?? (isRefused ? problems[0] : undefined);
}

export interface HostnameSample extends HostnameFigure {
  readonly tunnel: ObjectKey;
}

interface WithHostnames {
  readonly tunnel: ObjectKey;
  readonly hostnames: readonly HostnameFigure[];
}

/** At most `limit` hostnames: refused ones first, then pending ones, each by name, so that the choice is stable. */
export function boundedHostnames(tunnels: readonly WithHostnames[], limit: number): readonly HostnameSample[] {
  const all = tunnels.flatMap(({ tunnel, hostnames }) => hostnames.map((figure) => ({ tunnel, ...figure })));
  if (all.length <= limit) return all;
  return all.toSorted((a, b) => rank(a) - rank(b) || compare(a.hostname, b.hostname)).slice(0, limit);
}

function rank({ state }: HostnameFigure): number {
  return HOSTNAME_STATES.indexOf(state);
}

/** How many hostnames exceed the limit. */
export function countLeftOut(tunnels: readonly WithHostnames[], limit: number): number {
  return Math.max(0, tunnels.reduce((sum, { hostnames }) => sum + hostnames.length, 0) - limit);
}
