/** Remembers which changes Cloudflare has refused, so that they are not sent again in every pass. */
import type { DeliveryResult, RefusedChange } from './delivery.ts';
import type { DnsChange } from './plan.ts';

interface KnownRefusal {
  /** The refused changes, as JSON. */
  readonly changes: string;
  readonly message: string;
  readonly at: number;
}

/** Keyed by record name. */
export type KnownRefusals = ReadonlyMap<string, KnownRefusal>;

/** A refusal that has not been repeated for this long is forgotten. */
const RETENTION_MS = 86_400_000;

/** The changes that were refused in the same form before, at the time `since` or later. */
export function knownAmong(
  changes: readonly DnsChange[],
  known: KnownRefusals,
  since: number,
): readonly RefusedChange[] {
  if (known.size === 0) return [];
  return [...Map.groupBy(changes, ({ name }) => name)].flatMap(([name, changesAtName]) => {
    const refusal = known.get(name);
    if (refusal === undefined || refusal.at < since || refusal.changes !== JSON.stringify(changesAtName)) return [];
    return changesAtName.map((change) => ({ change, message: refusal.message }));
  });
}

/** The known refusals after a delivery. */
export function withOutcome(known: KnownRefusals, { done, refused }: DeliveryResult, now: number): KnownRefusals {
  if (known.size === 0 && refused.length === 0) return known;
  const after = new Map([...known].filter(([, { at }]) => at >= now - RETENTION_MS));
  for (const { name } of done) after.delete(name);
  for (const [name, changesAtName] of Map.groupBy(refused, ({ change }) => change.name)) {
    const changes = JSON.stringify(changesAtName.map(({ change }) => change));
    after.set(name, { changes, message: changesAtName[0]?.message ?? '', at: now });
  }
  return after;
}
