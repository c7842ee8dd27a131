import { HistoryMap } from './history-map.ts';
import type { DnsRecord } from './dns-record.ts';

/**
 * The records of one zone, by id and by name, so that the cost of a conflict check does not depend on the size of the
 * zone.
 */
export class RecordStore extends HistoryMap<DnsRecord> {
  readonly #byName: Map<string, Map<string, DnsRecord>>;

  constructor(elapsed: () => number) {
    const byName = new Map<string, Map<string, DnsRecord>>();
    super(elapsed, (before, after) => {
      if (before !== undefined) unindex(byName, before);
      if (after !== undefined) index(byName, after);
    });
    this.#byName = byName;
  }

  /** All records with exactly this name. */
  named(name: string): DnsRecord[] {
    return [...(this.#byName.get(name)?.values() ?? [])];
  }
}

function index(byName: Map<string, Map<string, DnsRecord>>, record: DnsRecord): void {
  const sameName = byName.get(record.name) ?? new Map<string, DnsRecord>();
  sameName.set(record.id, record);
  byName.set(record.name, sameName);
}

function unindex(byName: Map<string, Map<string, DnsRecord>>, record: DnsRecord): void {
  const sameName = byName.get(record.name);
  sameName?.delete(record.id);
  if (sameName?.size === 0) byName.delete(record.name);
}
