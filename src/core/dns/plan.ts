/**
 * Plans the DNS changes in one zone for one Tunnel. What is wanted at a name is one CNAME, or addresses.
 *
 * | at the name            | wanted                  | not wanted             |
 * |------------------------|-------------------------|------------------------|
 * | nothing                | create                  | -                      |
 * | ours, as wanted        | -                       | delete (not UpsertOnly)|
 * | ours, different        | update                  | delete (not UpsertOnly)|
 * | another Tunnel's       | update: the name moves  | -                      |
 * | foreign, as wanted     | refuse, or take over    | -                      |
 * | foreign                | refuse, or replace      | -                      |
 *
 * Guarantees
 * - A record without the mark of this cluster is never changed or deleted, except at a wanted name with `Overwrite`, or
 *   with `Adopt` if it already says what is wanted.
 * - A record that says what is wanted is taken over in place, so that its name resolves all the while.
 * - The plan does not depend on the order of the input.
 * - After a plan has been applied, the next plan is empty.
 */
import type { ObjectKey } from '../../api/objects.ts';
import { compare } from '../keys.ts';
import type { ConflictPolicy } from '../model/tunnel-settings.ts';
import { describeConflict } from './conflict.ts';
import { normalAddress } from '../model/address.ts';
import { clusterIn } from './mark.ts';

/** Where a record leads: a tunnel, or an address. */
export type RecordType = 'CNAME' | 'A' | 'AAAA';

export interface DesiredRecord {
  readonly name: string;
  readonly type: RecordType;
  readonly content: string;
  readonly proxied: boolean;
  readonly comment: string;
}

export interface ObservedRecord {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly proxied: boolean;
  readonly comment: string;
}

export type DnsChange =
  | { readonly kind: 'delete'; readonly id: string; readonly name: string }
  | { readonly kind: 'update'; readonly id: string; readonly name: string; readonly record: DesiredRecord }
  | { readonly kind: 'create'; readonly name: string; readonly record: DesiredRecord };

export interface DnsRefusal {
  readonly name: string;
  readonly message: string;
}

export interface DnsPlan {
  readonly changes: readonly DnsChange[];
  readonly refusals: readonly DnsRefusal[];
}

export interface DnsRules {
  readonly tunnel: ObjectKey;
  /** Name of the zone. NS records at the zone's own name delegate nothing and coexist with any other record. */
  readonly zone: string;
  /** The prefix of every mark of this cluster. */
  readonly clusterMark: string;
  readonly mark: string;
  readonly mode: 'Sync' | 'UpsertOnly';
  readonly onConflict: ConflictPolicy;
  /** Whether another Tunnel claims a name. That Tunnel takes the record over, so it is not deleted. */
  readonly claimedElsewhere: (name: string) => boolean;
}

/** Types that cannot coexist with a CNAME. */
const EXCLUSIVE = new Set(['A', 'AAAA', 'CNAME', 'NS']);

export function planDns(
  desired: readonly DesiredRecord[],
  observed: readonly ObservedRecord[],
  rules: DnsRules,
): DnsPlan {
  const wanted = Map.groupBy(
    desired.toSorted((a, b) => compare(a.content, b.content)),
    ({ name }) => name,
  );
  // Most records of a shared zone are neither wanted nor owned by this Tunnel.
  const relevant = observed.filter(({ name, comment }) => wanted.has(name) || comment === rules.mark);
  const atName = Map.groupBy(relevant.toSorted(byPreference(rules)), (record) => record.name);
  const names = [...new Set([...wanted.keys(), ...atName.keys()])].toSorted(compare);
  const plans = names.map((name) => planName(wanted.get(name) ?? [], atName.get(name) ?? [], rules));
  return {
    changes: plans.flatMap((plan) => plan.changes).toSorted((a, b) => RANK[a.kind] - RANK[b.kind]),
    refusals: plans.flatMap((plan) => plan.refusals),
  };
}

/** Deletions come first, so that a record can be replaced within one batch. */
const RANK = { delete: 0, update: 1, create: 2 } as const;

function planName(wanted: readonly DesiredRecord[], atName: readonly ObservedRecord[], rules: DnsRules): DnsPlan {
  const ours = atName.filter((record) => isOurs(record, rules));
  const [first] = wanted;
  if (first === undefined) return { changes: deletionsOf(ours, rules), refusals: [] };
  const foreign = atName.filter((record) => isExclusive(record, rules) && !isOurs(record, rules));
  const kept = keptRecords(wanted, ours, foreign);
  const isKept = new Set(kept.values());
  if (!foreign.every((record) => mayTake(record, isKept, rules)))
    return { changes: [], refusals: [{ name: first.name, message: describeConflict(wanted, foreign, rules) }] };

  const removed = [...foreign, ...ours].filter((record) => !isKept.has(record));
  const removals = removed.map(({ id, name }) => ({ kind: 'delete' as const, id, name }));
  return { changes: [...removals, ...wanted.flatMap((record) => upsert(kept.get(record), record))], refusals: [] };
}

/**
 * The record that becomes each wanted one: one that says so already, else any of ours. The type of a record is never
 * changed in place: a record of ours with another type is replaced.
 */
function keptRecords(
  wanted: readonly DesiredRecord[],
  ours: readonly ObservedRecord[],
  foreign: readonly ObservedRecord[],
): ReadonlyMap<DesiredRecord, ObservedRecord> {
  const kept = new Map<DesiredRecord, ObservedRecord>();
  const free = new Set([...ours, ...foreign]);
  const keep = (record: DesiredRecord, found: ObservedRecord | undefined): void => {
    if (found === undefined || kept.has(record)) return;
    free.delete(found);
    kept.set(record, found);
  };
  for (const record of wanted) keep(record, [...free].find(saysTheSame(record)));
  for (const record of wanted)
    keep(
      record,
      ours.find((one) => free.has(one) && one.type === record.type),
    );
  return kept;
}

/**
 * Whether a foreign record at a wanted name may be taken over or replaced. `Adopt` changes it in place. It leaves a record
 * of another cluster alone, because two clusters that adopt would take it from each other for ever.
 */
function mayTake(record: ObservedRecord, kept: ReadonlySet<ObservedRecord>, { onConflict }: DnsRules): boolean {
  if (onConflict !== 'Adopt') return onConflict === 'Overwrite';
  return kept.has(record) && clusterIn(record.comment) === undefined;
}

function deletionsOf(ours: readonly ObservedRecord[], rules: DnsRules): readonly DnsChange[] {
  if (rules.mode === 'UpsertOnly') return [];
  return ours
    .filter((record) => record.comment === rules.mark && !rules.claimedElsewhere(record.name))
    .map(({ id, name }) => ({ kind: 'delete', id, name }));
}

function upsert(kept: ObservedRecord | undefined, wanted: DesiredRecord): readonly DnsChange[] {
  const { name } = wanted;
  if (kept === undefined) return [{ kind: 'create', name, record: wanted }];
  const { proxied, comment } = wanted;
  const isUpToDate = saysTheSame(wanted)(kept) && kept.proxied === proxied && kept.comment === comment;
  return isUpToDate ? [] : [{ kind: 'update', id: kept.id, name, record: wanted }];
}

function saysTheSame({ type, content }: DesiredRecord): (record: ObservedRecord) => boolean {
  return (record) => record.type === type && normalAddress(record.content) === content;
}

function isOurs(record: ObservedRecord, rules: DnsRules): boolean {
  return isExclusive(record, rules) && record.comment.startsWith(rules.clusterMark);
}

function isExclusive({ name, type }: ObservedRecord, { zone }: DnsRules): boolean {
  return EXCLUSIVE.has(type) && !(type === 'NS' && name === zone);
}

/** Orders records at a name by which one to keep: CNAME first, then this Tunnel's, then the lowest id. */
function byPreference(rules: DnsRules): (a: ObservedRecord, b: ObservedRecord) => number {
  const isMine = ({ comment }: ObservedRecord): number => Number(comment === rules.mark);
  return (a, b) => Number(isCname(b)) - Number(isCname(a)) || isMine(b) - isMine(a) || compare(a.id, b.id);
}

function isCname({ type }: ObservedRecord): boolean {
  return type === 'CNAME';
}
