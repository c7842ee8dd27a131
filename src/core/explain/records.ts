/** The DNS records that decide where a hostname leads. */
import type { ObjectKey } from '../../api/objects.ts';
import type { Problem, Warning } from '../model/route.ts';
import { zonesOf } from '../model/zone.ts';
import { type Ownership, type RecordChange, type ZonesView, recordsPending } from '../preview/record-changes.ts';
import type { RoutedState } from '../preview/routed-state.ts';

export interface RecordFinding {
  /** At the hostname, or else at a wildcard over it. */
  readonly records: readonly FoundRecord[];
  /** What the operator is about to do there. */
  readonly pending: readonly RecordChange[];
  readonly problem: Problem | undefined;
  readonly warnings: readonly Warning[];
}

export interface FoundRecord {
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly zone: string;
  readonly proxied: boolean;
  readonly owner: 'tunnel' | 'cluster' | 'foreign';
}

export interface RecordFacts {
  readonly tunnel: ObjectKey;
  readonly view: ZonesView;
  readonly ownership: Ownership;
}

export function recordsAt(
  hostname: string,
  routed: RoutedState,
  { tunnel, view, ownership }: RecordFacts,
): RecordFinding {
  const outlook = recordsPending(routed, tunnel, { view, ownership });
  const zones = zonesOf(hostname, view.visible);
  const recordsOf = (name: string): readonly FoundRecord[] =>
    zones.flatMap((zone) =>
      (view.records.get(zone.id) ?? [])
        .filter((record) => record.name === name && LEADING.has(record.type))
        .map(({ type, content, proxied, comment }) => {
          return { name, type, content, zone: zone.name, proxied, owner: ownerOf(comment, tunnel, ownership) };
        }),
    );
  const pendingAt = (name: string): readonly RecordChange[] => outlook.changes.filter((change) => change.name === name);
  const isDecisive = (name: string): boolean =>
    recordsOf(name).length > 0 || pendingAt(name).length > 0 || outlook.problems.has(name);
  const name = [hostname, ...wildcardsOver(hostname)].find(isDecisive) ?? hostname;
  return {
    records: recordsOf(name),
    pending: pendingAt(name),
    problem: outlook.problems.get(name),
    warnings: outlook.warnings.get(name) ?? [],
  };
}

/** Types that say where a hostname leads. */
const LEADING = new Set(['A', 'AAAA', 'CNAME', 'NS']);

function ownerOf(comment: string, tunnel: ObjectKey, { markOf, clusterMark }: Ownership): FoundRecord['owner'] {
  if (comment === markOf(tunnel)) return 'tunnel';
  return comment.startsWith(clusterMark) ? 'cluster' : 'foreign';
}

/** `*.b.c` and `*.c` for `a.b.c` and `*.b.c`; the longest first, as a resolver takes it. */
function wildcardsOver(hostname: string): readonly string[] {
  const labels = hostname.split('.');
  return labels.slice(1).map((_, index) => `*.${labels.slice(index + 1).join('.')}`);
}
