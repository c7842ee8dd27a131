/** Applies plans to a zone, and generates random zones. */
import fc from 'fast-check';
import type { DesiredRecord, DnsChange, DnsRules, ObservedRecord } from '../../../src/core/dns/plan.ts';
import { aRecord, aWantedAddress, aWantedRecord } from '../../support/dns.ts';

export const CLUSTER = 'cftunnel.io owner=prod/';
export const OURS = `${CLUSTER}shop/home`;
export const SIBLING = `${CLUSTER}shop/other`;
export const STRANGER = 'cftunnel.io owner=test/shop/home';

/** The rules of a Tunnel, by default with `Sync` and `Refuse`. */
export function someRules(rules: Partial<DnsRules> = {}): DnsRules {
  return {
    tunnel: 'shop/home',
    zone: 'example.com',
    clusterMark: CLUSTER,
    mark: OURS,
    mode: 'Sync',
    onConflict: 'Refuse',
    claimedElsewhere: nobody,
    ...rules,
  };
}

/** No other Tunnel claims the name. */
function nobody(): boolean {
  return false;
}

/** The zone after the changes. */
export function applyChanges(
  zone: readonly ObservedRecord[],
  changes: readonly DnsChange[],
): readonly ObservedRecord[] {
  return changes.reduce(applyChange, zone);
}

function applyChange(zone: readonly ObservedRecord[], change: DnsChange): readonly ObservedRecord[] {
  switch (change.kind) {
    case 'delete':
      return zone.filter(({ id }) => id !== change.id);
    case 'update':
      return zone.map((record) => (record.id === change.id ? { ...record, ...change.record } : record));
    case 'create':
      return [...zone, aRecord(change.name, { id: `new ${change.name}`, ...change.record })];
    default:
      return change satisfies never;
  }
}

/** A zone, the wanted records of a Tunnel, and its rules. */
export interface ZoneCase {
  readonly desired: readonly DesiredRecord[];
  readonly observed: readonly ObservedRecord[];
  readonly rules: DnsRules;
}

export function anyZoneCase(fixed: Partial<DnsRules> = {}): fc.Arbitrary<ZoneCase> {
  return fc
    .record({
      desired: anyDesired(),
      observed: anyObserved(),
      mode: fc.constantFrom('Sync' as const, 'UpsertOnly' as const),
      onConflict: fc.constantFrom('Refuse' as const, 'Adopt' as const, 'Overwrite' as const),
      elsewhere: fc.subarray([...NAMES]),
    })
    .map(({ desired, observed, mode, onConflict, elsewhere }) => {
      const isWanted = (name: string): boolean => desired.some((record) => record.name === name);
      const claimedElsewhere = (name: string): boolean => elsewhere.includes(name) && !isWanted(name);
      return { desired, observed, rules: someRules({ mode, onConflict, claimedElsewhere, ...fixed }) };
    });
}

const ADDRESSES = ['192.168.1.10', '192.168.1.11', 'fd00::10'] as const;

const NAMES: readonly string[] = ['a.example.com', 'b.example.com', '*.example.com', 'example.com'];

function anyDesired(): fc.Arbitrary<DesiredRecord[]> {
  const record = fc
    .tuple(fc.constantFrom(...NAMES), fc.boolean())
    .map(([name, proxied]) => [aWantedRecord(name, OURS, { proxied })]);
  const addresses = fc
    .tuple(fc.constantFrom(...NAMES), fc.subarray([...ADDRESSES], { minLength: 1 }))
    .map(([name, some]) => some.map((content) => aWantedAddress(name, OURS, content)));
  return fc
    .uniqueArray(fc.oneof(record, addresses), { selector: ([first]) => first?.name })
    .map((records) => records.flat());
}

function anyObserved(): fc.Arbitrary<ObservedRecord[]> {
  const record = fc.record({
    name: fc.constantFrom(...NAMES),
    type: fc.constantFrom('CNAME', 'CNAME', 'A', 'AAAA', 'NS', 'TXT', 'MX'),
    content: fc.constantFrom(aRecord('').content, 'elsewhere.example.net', ...ADDRESSES),
    proxied: fc.boolean(),
    comment: fc.constantFrom(OURS, SIBLING, STRANGER, '', 'made by hand'),
  });
  return fc
    .array(record, { maxLength: 8 })
    .map((records) => records.map((traits, index) => aRecord(traits.name, { ...traits, id: `record-${index}` })));
}
