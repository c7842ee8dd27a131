/** Summarizes the result of a pass for the conditions of a Tunnel's Services. */
import type { ObjectKey } from '../../api/objects.ts';
import type { DesiredRecord } from '../dns/plan.ts';
import { isManaged } from '../dns/policy.ts';
import type { Hostname } from '../model/hostname.ts';
import { type Problem, type RefusedRoute, type Route, type Warning, claimOf } from '../model/route.ts';
import type { TunnelSettings } from '../model/tunnel-settings.ts';
import type { PassObservation } from './merge-observation.ts';

/** The results of a pass. Those of a failed step are absent. */
export interface TunnelFindings {
  readonly config?: PublishedRoutes | undefined;
  readonly records?: WrittenRecords | undefined;
  /** Number of connected connectors; `undefined`: they could not be observed. */
  readonly connected: number | undefined;
  /** Whether every connected connector has the published rules. */
  readonly isServed: boolean;
  readonly blocked: string | undefined;
  readonly unconnected: string | undefined;
}

interface PublishedRoutes {
  readonly wanted: readonly Route[];
  /** The routes that have a rule, wanted or not. */
  readonly served: readonly Route[];
  readonly refused: readonly RefusedRoute[];
  readonly unfit: readonly Route[];
}

interface WrittenRecords {
  readonly inPlace: ReadonlySet<Hostname>;
  readonly refused: ReadonlyMap<Hostname, Problem>;
  readonly warnings: ReadonlyMap<Hostname, readonly Warning[]>;
  readonly isComplete: boolean;
}

interface Observed {
  readonly key: ObjectKey;
  readonly settings: Pick<TunnelSettings, 'dnsMode'>;
}

export function observeTunnel({ key, settings }: Observed, findings: TunnelFindings): PassObservation {
  const { config, records, connected, isServed, blocked, unconnected } = findings;
  const refusedRules = new Map(config === undefined ? [] : refusals(key, config));
  const served = new Set(config?.served.map(claimOf));
  const kept = new Set(config?.refused.flatMap((one) => (one.isStillServed === true ? claimOf(one.route) : [])));
  const isGone = (route: Route): boolean => refusedRules.has(claimOf(route)) && !kept.has(claimOf(route));
  const live = (config?.wanted ?? [])
    .filter((route) => served.has(claimOf(route)) && !isGone(route))
    .filter((route) => !isManaged(route, settings.dnsMode) || records?.inPlace.has(route.hostname) === true)
    .map((route) => [claimOf(route), route.source] as const);
  return {
    live: new Map(live),
    recorded: new Set(recordsIn(records, config?.served ?? [])),
    isConnected: (connected ?? 0) > 0,
    isServed,
    refusedRules,
    refused: records?.refused ?? new Map(),
    warnings: records?.warnings ?? new Map(),
    blocked,
    unconnected,
    isComplete: settings.dnsMode === 'Disabled' ? connected !== undefined : records?.isComplete === true,
  };
}

/** What `recordNameOf` gives for each record that is in place. */
function recordsIn(records: WrittenRecords | undefined, served: readonly Route[]): readonly string[] {
  const local = served.flatMap(({ hostname, addresses = [] }) =>
    records?.inPlace.has(hostname) === true ? addresses.map((content) => addressRecord(hostname, content)) : [],
  );
  return [...(records?.inPlace ?? []), ...local];
}

/** A record, by its hostname and, on the local network, by its address. */
export function recordNameOf({ name, type, content }: Pick<DesiredRecord, 'name' | 'type' | 'content'>): string {
  return type === 'CNAME' ? name : addressRecord(name, content);
}

function addressRecord(hostname: string, address: string): string {
  return `${hostname} ${address}`;
}

/** Wanted routes that are not published, by claim, so that other paths of a hostname are not affected. */
function refusals(tunnel: ObjectKey, { refused, unfit }: PublishedRoutes): readonly (readonly [string, Problem])[] {
  const full = `it does not fit into the ConfigMap of Tunnel ${tunnel}. Use another Tunnel, or fewer certificates`;
  return [
    ...refused.map((one) => [claimOf(one.route), problemOf(one)] as const),
    ...unfit.map(
      (route) => [claimOf(route), { reason: 'TunnelNotReady', message: `${claimOf(route)}: ${full}` }] as const,
    ),
  ];
}

function problemOf({ why: message, reason = 'InvalidAnnotation' }: RefusedRoute): Problem {
  return { reason, message };
}
