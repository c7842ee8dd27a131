import type { Admin, RecordInput } from 'cftunnel-sandbox/cloudflare/admin';
import type { DnsRecord } from 'cftunnel-sandbox/cloudflare/state/dns-record';

/** Two records per zone that the operator does not own: one created by hand, and one of another cluster. */
export class ForeignRecords {
  readonly #seeded: ReadonlyMap<string, readonly DnsRecord[]>;

  private constructor(seeded: ReadonlyMap<string, readonly DnsRecord[]>) {
    this.#seeded = seeded;
  }

  static seed(admin: Admin, zones: readonly string[]): ForeignRecords {
    const seed = (zone: string): readonly DnsRecord[] => strangers(zone).map((record) => admin.addRecord(zone, record));
    return new ForeignRecords(new Map(zones.map((zone) => [zone, seed(zone)])));
  }

  has(zone: string, record: DnsRecord): boolean {
    return this.#of(zone).some(({ id }) => id === record.id);
  }

  count(zone: string): number {
    return this.#of(zone).length;
  }

  /** Names of the records that have changed in any way, including their modification time. */
  touched(zone: string, records: readonly DnsRecord[]): readonly string[] {
    const now = new Map(records.map((record) => [record.id, JSON.stringify(record)]));
    return this.#of(zone)
      .filter((record) => now.get(record.id) !== JSON.stringify(record))
      .map(({ name }) => name);
  }

  #of(zone: string): readonly DnsRecord[] {
    return this.#seeded.get(zone) ?? [];
  }
}

function strangers(zone: string): readonly RecordInput[] {
  return [
    { type: 'A', name: `shop.${zone}`, content: '192.0.2.1', proxied: true },
    {
      type: 'CNAME',
      name: `elsewhere.${zone}`,
      content: '11111111-2222-4333-8444-555555555555.cfargotunnel.com',
      proxied: true,
      comment: 'cftunnel.io owner=another-cluster/bench/edge-0',
    },
  ];
}
