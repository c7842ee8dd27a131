import { type AccessSnapshot, AccessState } from './access.ts';
import type { Clocks } from './clocks.ts';
import { HistoryMap } from './history-map.ts';
import type { DnsRecord } from './dns-record.ts';
import type { Account, Principal, Tunnel, Zone } from './model.ts';

/** The error for every record at a rejected name. */
export interface RefusedName {
  readonly code: number;
  readonly message: string;
}

/** A copy of the whole state that can be restored. */
export interface CloudSnapshot {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly zones: ReadonlyMap<string, { readonly zone: Zone; readonly records: readonly DnsRecord[] }>;
  readonly principals: ReadonlyMap<string, Principal>;
  readonly tunnels: readonly Tunnel[];
  readonly access: AccessSnapshot;
}

/** The whole state of the emulated Cloudflare. Values are immutable, so a copy of the maps is a copy of the state. */
export class Cloud implements Clocks {
  readonly accounts = new Map<string, Account>();
  readonly zones = new Map<string, Zone>();
  /** By token or API key. */
  readonly principals = new Map<string, Principal>();
  readonly tunnels: HistoryMap<Tunnel>;
  readonly access: AccessState;
  /** Names whose records are rejected. Not part of a snapshot. */
  readonly refusedNames = new Map<string, RefusedName>();
  readonly now: () => number;
  readonly elapsed: () => number;

  constructor({ now, elapsed }: Clocks) {
    this.now = now;
    this.elapsed = elapsed;
    this.tunnels = new HistoryMap(elapsed);
    this.access = new AccessState({ elapsed });
  }

  zoneNamed(name: string): Zone | undefined {
    return [...this.zones.values()].find((zone) => zone.name === name);
  }

  /** The zone of a hostname: the one with the longest matching suffix. */
  zoneOfHost(host: string): Zone | undefined {
    return [...this.zones.values()]
      .filter((zone) => host === zone.name || host.endsWith(`.${zone.name}`))
      .toSorted((left, right) => right.name.length - left.name.length)[0];
  }

  snapshot(): CloudSnapshot {
    return {
      accounts: new Map(this.accounts),
      zones: new Map([...this.zones].map(([id, zone]) => [id, { zone, records: zone.records.values() }])),
      principals: new Map(this.principals),
      tunnels: this.tunnels.values(),
      access: this.access.snapshot(),
    };
  }

  restore(snapshot: CloudSnapshot): void {
    refill(this.accounts, snapshot.accounts);
    refill(this.principals, snapshot.principals);
    refill(this.zones, new Map([...snapshot.zones].map(([id, { zone }]) => [id, zone])));
    for (const { zone, records } of snapshot.zones.values()) zone.records.reset(records);
    this.tunnels.reset(snapshot.tunnels);
    this.access.restore(snapshot.access);
  }
}

function refill<T>(target: Map<string, T>, source: ReadonlyMap<string, T>): void {
  target.clear();
  for (const [key, value] of source) target.set(key, value);
}
