/** Remembers what Cloudflare has refused, so that the same change is not sent in every pass. */
import type { DeliveryResult, RefusedChange } from './delivery.ts';
import type { DnsChange } from './plan.ts';

interface KnownRefusal {
  /** The changes that were refused. */
  readonly changes: string;
  readonly message: string;
  readonly at: number;
}

/** By name. */
export type KnownRefusals = ReadonlyMap<string, KnownRefusal>;

/** A name that has not been requested for this long is forgotten. */
const KEPT_MS = 86_400_000;

/** Changes that were refused before, as they are now; `since`: and no longer ago than this. */
export function knownAmong(
  changes: readonly DnsChange[],
  known: KnownRefusals,
  since: number,
): readonly RefusedChange[] {
  if (known.size === 0) return [];
  return [...Map.groupBy(changes, ({ name }) => name)].flatMap(([name, ofName]) => {
    const refusal = known.get(name);
    if (refusal === undefined || refusal.at < since || refusal.changes !== JSON.stringify(ofName)) return [];
    return ofName.map((change) => ({ change, message: refusal.message }));
  });
}

/** What is known after a delivery. */
export function withOutcome(known: KnownRefusals, { done, refused }: DeliveryResult, now: number): KnownRefusals {
  if (known.size === 0 && refused.length === 0) return known;
  const after = new Map([...known].filter(([, { at }]) => at >= now - KEPT_MS));
  for (const { name } of done) after.delete(name);
  for (const [name, ofName] of Map.groupBy(refused, ({ change }) => change.name)) {
    const changes = JSON.stringify(ofName.map(({ change }) => change));
    after.set(name, { changes, message: ofName[0]?.message ?? '', at: now });
  }
  return after;
}
