/** How the DNS records that a Tunnel asks for differ between two states, given what Cloudflare has. */
import type { ObjectKey, Tunnel } from '../../api/objects.ts';
import { desiredRecords } from '../dns/desired.ts';
import { claimsOfMovers } from '../dns/handover.ts';
import { type DnsChange, type ObservedRecord, planDns } from '../dns/plan.ts';
import { isManaged } from '../dns/policy.ts';
import { recordWarnings } from '../dns/record-warnings.ts';
import { groupByZone, noZoneProblem } from '../dns/records.ts';
import { dnsRulesOf } from '../dns/rules.ts';
import { zoneProblem } from '../dns/zone-state.ts';
import { keyOf } from '../keys.ts';
import { isLanName } from '../model/lan-name.ts';
import type { Hostname } from '../model/hostname.ts';
import type { Problem, Route, Warning } from '../model/route.ts';
import { settingsOf } from '../model/tunnel-settings.ts';
import { type Zone, writableZones } from '../model/zone.ts';
import { targetOf } from '../tunnel/target.ts';
import type { RoutedState } from './routed-state.ts';

/** What a Tunnel's token shows of the zones that its hostnames are in. */
export interface ZonesView {
  readonly visible: readonly Zone[];
  /** Every record of the zones that were read, by id of the zone. */
  readonly records: ReadonlyMap<string, readonly ObservedRecord[]>;
}

export interface Ownership {
  /** The prefix of every mark of this cluster. */
  readonly clusterMark: string;
  readonly markOf: (tunnel: ObjectKey) => string;
}

export interface RecordChange {
  readonly kind: 'add' | 'change' | 'remove';
  readonly name: string;
  readonly zone: string;
  /** Absent for a record that is removed. */
  readonly content?: string;
}

export interface RecordOutlook {
  readonly changes: readonly RecordChange[];
  /** By hostname, why it gets no record, or one that does not resolve. */
  readonly problems: ReadonlyMap<string, Problem>;
  readonly warnings: ReadonlyMap<string, readonly Warning[]>;
}

/** The zones in which a Tunnel needs its records read, before and after. */
export function zonesNeeded(
  states: readonly RoutedState[],
  tunnel: ObjectKey,
  visible: readonly Zone[],
): readonly Zone[] {
  const needed = states.flatMap((state) => {
    const object = tunnelIn(state, tunnel);
    if (object === undefined) return [];
    const writable = writableZones(visible, object.spec.dns?.zones);
    return groupByZone({ wanted: managedNames(state, object), published: [] }, { visible, writable }).zones;
  });
  return [...new Map(needed.map(({ zone }) => [zone.id, zone])).values()];
}

/** What changes between two states; changes that are pending anyway are not among them. */
export function recordOutlook(
  [before, after]: readonly [RoutedState, RoutedState],
  tunnel: ObjectKey,
  { view, ownership }: { readonly view: ZonesView; readonly ownership: Ownership },
): RecordOutlook {
  const pending = plannedIn(before, tunnel, { view, ownership });
  const planned = plannedIn(after, tunnel, { view, ownership });
  const isPending = new Set(pending.changes.map((change) => JSON.stringify(change)));
  const changes = planned.changes.filter((change) => !isPending.has(JSON.stringify(change)));
  return { ...planned, changes: changes.map(describe) };
}

/** What is to be done for the records of a Tunnel as it is. */
export function recordsPending(
  state: RoutedState,
  tunnel: ObjectKey,
  facts: { readonly view: ZonesView; readonly ownership: Ownership },
): RecordOutlook {
  const planned = plannedIn(state, tunnel, facts);
  return { ...planned, changes: planned.changes.map(describe) };
}

interface ZoneChange {
  readonly zone: string;
  readonly change: DnsChange;
}

interface Planned extends Pick<RecordOutlook, 'problems' | 'warnings'> {
  readonly changes: readonly ZoneChange[];
}

const NOTHING: Planned = { changes: [], problems: new Map(), warnings: new Map() };

function plannedIn(
  state: RoutedState,
  key: ObjectKey,
  { view: { visible, records }, ownership }: { readonly view: ZonesView; readonly ownership: Ownership },
): Planned {
  const tunnel = tunnelIn(state, key);
  if (tunnel === undefined) return NOTHING;
  const writable = writableZones(visible, tunnel.spec.dns?.zones);
  const wanted = managedNames(state, tunnel);
  const local = new Set(
    routesIn(state, tunnel)
      .filter(isLanName)
      .map(({ hostname }) => hostname),
  );
  const { zones, withoutZone } = groupByZone({ wanted, published: [] }, { visible, writable });
  const names = new Map(zones.map(({ zone, hostnames }) => [zone.id, hostnames]));
  const problems = new Map<string, Problem>(withoutZone.map((name) => [name, noZoneProblem(name, writable)]));
  const changes = visible.flatMap((zone) => {
    const observed = records.get(zone.id);
    if (observed === undefined) return [];
    const plan = planZone({ state, tunnel, ownership }, zone, { hostnames: names.get(zone.id) ?? [], observed });
    for (const { name, message } of plan.refusals) problems.set(name, { reason: 'RecordConflict', message });
    return plan.changes.map((change) => ({ zone: zone.name, change }));
  });
  for (const name of wanted) {
    const problem = zoneProblem(name, writable, local.has(name));
    if (problem !== undefined) problems.set(name, problem);
  }
  const { proxied } = settingsOf(tunnel);
  const warningsAt = (name: Hostname): readonly Warning[] =>
    local.has(name) ? [] : recordWarnings(name, writable, proxied);
  const warnings = new Map(wanted.map((name) => [name, warningsAt(name)]));
  return { changes, problems, warnings };
}

interface Planning {
  readonly state: RoutedState;
  readonly tunnel: Tunnel;
  readonly ownership: Ownership;
}

function planZone(
  { state, tunnel, ownership }: Planning,
  zone: Zone,
  { hostnames, observed }: { readonly hostnames: readonly Hostname[]; readonly observed: readonly ObservedRecord[] },
) {
  const key = keyOf(tunnel);
  const settings = settingsOf(tunnel);
  const comment = ownership.markOf(key);
  const target = targetOf(tunnel.status?.tunnelId ?? tunnel.spec.existingTunnel?.id ?? NEW_TUNNEL);
  const records = { target, proxied: settings.proxied, comment };
  const local = new Map(routesIn(state, tunnel).map(({ hostname, addresses }) => [hostname, addresses]));
  const desired = hostnames.flatMap((name) => desiredRecords(name, local.get(name), records));
  const movers = new Map(state.state.tunnels.map((one) => [keyOf(one), new Set(managedNames(state, one))]));
  const claims = claimsOfMovers(
    state.table.claims,
    (claimant, hostname) => movers.get(claimant)?.has(hostname) !== false,
  );
  const owner = { tunnel: key, clusterMark: ownership.clusterMark, mark: comment, settings, claims };
  return planDns(desired, observed, dnsRulesOf(owner, zone.name));
}

/** Stands for the id of a tunnel that is created first. */
const NEW_TUNNEL = '<new tunnel>';

function tunnelIn({ state }: RoutedState, key: ObjectKey): Tunnel | undefined {
  return state.tunnels.find((tunnel) => keyOf(tunnel) === key);
}

function routesIn({ rules }: RoutedState, tunnel: Tunnel): readonly Route[] {
  return rules.get(keyOf(tunnel)) ?? [];
}

function managedNames(state: RoutedState, tunnel: Tunnel): readonly Hostname[] {
  const { dnsMode } = settingsOf(tunnel);
  return [
    ...new Set(
      routesIn(state, tunnel)
        .filter((route) => isManaged(route, dnsMode))
        .map(({ hostname }) => hostname),
    ),
  ];
}

const KINDS = { create: 'add', update: 'change', delete: 'remove' } as const;

function describe({ zone, change }: ZoneChange): RecordChange {
  const content = change.kind === 'delete' ? {} : { content: change.record.content };
  return { kind: KINDS[change.kind], name: change.name, zone, ...content };
}
