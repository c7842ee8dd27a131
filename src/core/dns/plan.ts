/**
 * Decides which DNS records of one zone to write for one Tunnel.
 *
 * | at the name            | wanted                  | not wanted             |
 * |------------------------|-------------------------|------------------------|
 * | nothing                | create                  | -                      |
 * | ours, as wanted        | -                       | delete (not UpsertOnly)|
 * | ours, different        | update                  | delete (not UpsertOnly)|
 * | another Tunnel's       | update: the name moves  | -                      |
 * | foreign                | refuse, or replace      | -                      |
 *
 * Guarantees
 * - A record without our cluster's mark is never changed or deleted, save at a wanted name under `Overwrite`.
 * - The same input, in any order, gives the same plan in the same order.
 * - Applying a plan and planning again gives no changes.
 */
import type { ObjectKey } from '../../api/objects.ts';
import { compare } from '../keys.ts';
import { describeConflict } from './conflict.ts';

export interface DesiredRecord {
  readonly name: string;
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
  /** The Tunnel that is planned for. */
  readonly tunnel: ObjectKey;
  /** The zone's name. NS records there delegate nothing, and may stand beside any other. */
  readonly zone: string;
  /** What every mark of our cluster begins with. */
  readonly clusterMark: string;
  /** The Tunnel's mark. */
  readonly mark: string;
  readonly mode: 'Sync' | 'UpsertOnly';
  readonly onConflict: 'Refuse' | 'Overwrite';
  /** Names that another of our Tunnels claims: a record there is that Tunnel's to move. */
  readonly claimedElsewhere: (name: string) => boolean;
}

/** Types that cannot stand beside a CNAME. */
const EXCLUSIVE = new Set(['A', 'AAAA', 'CNAME', 'NS']);

export function planDns(
  desired: readonly DesiredRecord[],
  observed: readonly ObservedRecord[],
  rules: DnsRules,
): DnsPlan {
  const wanted = new Map(desired.map((record) => [record.name, record]));
  // A zone is shared: what is neither wanted nor this Tunnel's is most of it.
  const relevant = observed.filter(({ name, comment }) => wanted.has(name) || comment === rules.mark);
  const present = Map.groupBy(relevant.toSorted(byPreference(rules)), (record) => record.name);
  const names = [...new Set([...wanted.keys(), ...present.keys()])].toSorted(compare);
  const plans = names.map((name) => planName(wanted.get(name), present.get(name) ?? [], rules));
  return {
    changes: plans.flatMap((plan) => plan.changes).toSorted((a, b) => RANK[a.kind] - RANK[b.kind]),
    refusals: plans.flatMap((plan) => plan.refusals),
  };
}

/** Deletes come first, so that a name can change hands within one batch. */
const RANK = { delete: 0, update: 1, create: 2 } as const;

function planName(wanted: DesiredRecord | undefined, present: readonly ObservedRecord[], rules: DnsRules): DnsPlan {
  const ours = present.filter((record) => isOurs(record, rules));
  if (wanted === undefined) return { changes: retire(ours, rules), refusals: [] };
  const foreign = present.filter((record) => isExclusive(record, rules) && !isOurs(record, rules));
  if (foreign.length > 0 && rules.onConflict === 'Refuse')
    return { changes: [], refusals: [{ name: wanted.name, message: describeConflict(wanted, foreign, rules) }] };

  const [first, ...others] = ours;
  // A record of ours that somebody has made into another type is replaced: a type is not changed in place.
  const kept = first?.type === 'CNAME' ? first : undefined;
  const surplus = kept === undefined ? ours : others;
  const removals = [...foreign, ...surplus].map(({ id, name }) => ({ kind: 'delete' as const, id, name }));
  return { changes: [...removals, ...upsert(kept, wanted)], refusals: [] };
}

function retire(ours: readonly ObservedRecord[], rules: DnsRules): readonly DnsChange[] {
  if (rules.mode === 'UpsertOnly') return [];
  return ours
    .filter((record) => record.comment === rules.mark && !rules.claimedElsewhere(record.name))
    .map(({ id, name }) => ({ kind: 'delete', id, name }));
}

function upsert(kept: ObservedRecord | undefined, wanted: DesiredRecord): readonly DnsChange[] {
  const { name } = wanted;
  if (kept === undefined) return [{ kind: 'create', name, record: wanted }];
  const same = kept.content === wanted.content && kept.proxied === wanted.proxied && kept.comment === wanted.comment;
  return same ? [] : [{ kind: 'update', id: kept.id, name, record: wanted }];
}

function isOurs(record: ObservedRecord, rules: DnsRules): boolean {
  return isExclusive(record, rules) && record.comment.startsWith(rules.clusterMark);
}

function isExclusive({ name, type }: ObservedRecord, { zone }: DnsRules): boolean {
  return EXCLUSIVE.has(type) && !(type === 'NS' && name === zone);
}

/** The Tunnel's own record first, then by id: which of several is kept never depends on the order of a listing. */
function byPreference(rules: DnsRules): (a: ObservedRecord, b: ObservedRecord) => number {
  const isMine = ({ comment }: ObservedRecord): number => Number(comment === rules.mark);
  return (a, b) => isCname(b) - isCname(a) || isMine(b) - isMine(a) || compare(a.id, b.id);
}

function isCname({ type }: ObservedRecord): number {
  return Number(type === 'CNAME');
}
