/** Sums up what a pass has found about the hostnames of a Tunnel, for the conditions of its Services. */
import type { ObjectKey } from '../../api/objects.ts';
import { isManaged } from '../dns/policy.ts';
import type { Hostname } from '../model/hostname.ts';
import { type Problem, type Route, type Warning, claimOf } from '../model/route.ts';
import type { TunnelSettings } from '../model/tunnel-settings.ts';
import type { Found } from './merge-observation.ts';

/** What a pass has found; a step that failed has left nothing. */
export interface TunnelFindings {
  readonly config?: PublishedRoutes | undefined;
  readonly records?: WrittenRecords | undefined;
  /** The connectors could be observed. */
  readonly areConnectorsKnown: boolean;
  /** Every connected connector has the published rules. */
  readonly isServed: boolean;
  readonly blocked: string | undefined;
  readonly unconnected: string | undefined;
}

interface PublishedRoutes {
  readonly wanted: readonly Route[];
  readonly refused: readonly { readonly route: Route; readonly why: string }[];
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

export function observeTunnel({ key, settings }: Observed, findings: TunnelFindings): Found {
  const { config, records, areConnectorsKnown, isServed, blocked, unconnected } = findings;
  const refusedRules = new Map(config === undefined ? [] : refusals(key, config));
  const live = (config?.wanted ?? [])
    .filter((route) => !refusedRules.has(claimOf(route)))
    .filter((route) => !isManaged(route, settings.dnsMode) || records?.inPlace.has(route.hostname) === true)
    .map((route) => [claimOf(route), route.source] as const);
  return {
    live: new Map(live),
    recorded: records?.inPlace ?? new Set(),
    isServed,
    refusedRules,
    refused: records?.refused ?? new Map(),
    warnings: records?.warnings ?? new Map(),
    blocked,
    unconnected,
    isComplete: settings.dnsMode === 'Disabled' ? areConnectorsKnown : records?.isComplete === true,
  };
}

/** Routes that are wanted and not published, by what they claim: the other paths of a hostname are not affected. */
function refusals(tunnel: ObjectKey, { refused, unfit }: PublishedRoutes): readonly (readonly [string, Problem])[] {
  const full = `Tunnel ${tunnel} has no room for it; name another one, or fewer certificates`;
  return [
    ...refused.map(({ route, why }) => [claimOf(route), { reason: 'InvalidAnnotation', message: why }] as const),
    ...unfit.map(
      (route) => [claimOf(route), { reason: 'TunnelNotReady', message: `${claimOf(route)}: ${full}` }] as const,
    ),
  ];
}
