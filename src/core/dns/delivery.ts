/**
 * Decides how changes to a zone are split into batches. Cloudflare applies a batch completely or not at all and reports
 * only its first error, so one refused name would block all others.
 *
 * A refused batch is split and sent again: deletions first, then halves of the rest, until each refused name is isolated.
 *
 * Guarantees
 * - The changes at one name are never split: a record is replaced within one batch, or not at all.
 * - Every change ends as done, refused or waiting. A name that Cloudflare accepts is never refused because of another.
 * - k refused names in a batch of n cost at most 2 + 2·k·log2(n) additional batches, and never more than MOST_PARTS.
 */
import type { DnsChange } from './plan.ts';

/** Maximum number of batches that one delivery spends on isolating refused names. The rest waits for the next pass. */
export const MOST_PARTS = 40;

/**
 * Why a batch was not applied. `clash`: an unknown record blocks a change, or a record to be changed no longer exists;
 * `full`: the zone accepts no more records; `refused`: any other error about a record.
 */
export interface BatchRefusal {
  readonly kind: 'clash' | 'full' | 'refused';
  /** The error as Cloudflare words it. */
  readonly message: string;
}

export type BatchAnswer = 'written' | BatchRefusal;

export interface RefusedChange {
  readonly change: DnsChange;
  readonly message: string;
}

/** The outcome of each change. */
export interface DeliveryResult {
  readonly done: readonly DnsChange[];
  readonly refused: readonly RefusedChange[];
  /** Not sent, or not applied. */
  readonly waiting: readonly DnsChange[];
  /** Set when the waiting changes need a new plan before they are sent again. */
  readonly obstacle?: 'clash' | 'full';
}

export interface Delivery extends DeliveryResult {
  /** Batches to send, the next one first. */
  readonly queue: readonly Batch[];
  readonly partsLeft: number;
  readonly isolatesClashes: boolean;
}

interface Batch {
  readonly units: readonly Unit[];
  /** Part of a refused batch, sent to isolate the refused names. */
  readonly isPart: boolean;
}

/** The changes at one name. */
type Unit = readonly DnsChange[];

export interface DeliveryOptions {
  readonly batchLimit: number;
  /** Names that were refused before. Each is sent alone, after all others. */
  readonly suspects?: ReadonlySet<string>;
  /** False: the first clash ends the delivery, because reading the zone again is cheaper than isolating the clash. */
  readonly isolatesClashes: boolean;
}

export function startDelivery(
  changes: readonly DnsChange[],
  { batchLimit, suspects = new Set(), isolatesClashes }: DeliveryOptions,
): Delivery {
  const units = [...Map.groupBy(changes, ({ name }) => name).values()].flatMap((unit) => splitUnit(unit, batchLimit));
  const [suspected, others] = partition(units, (unit) => suspects.has(unit[0]?.name ?? ''));
  const [deletions, rest] = partition(others, isDeletion);
  const queue = [
    ...packBatches([...deletions, ...rest], batchLimit).map((batch) => ({ units: batch, isPart: false })),
    ...suspected.map((unit) => ({ units: [unit], isPart: true })),
  ];
  return enforceLimit({ queue, done: [], refused: [], waiting: [], partsLeft: MOST_PARTS, isolatesClashes });
}

/** `undefined`: the delivery is complete. */
export function nextBatch({
  queue,
}: Delivery): { readonly changes: readonly DnsChange[]; readonly isPart: boolean } | undefined {
  const [next] = queue;
  return next && { changes: next.units.flat(), isPart: next.isPart };
}

/** The delivery after Cloudflare has answered its next batch. */
export function afterBatch(delivery: Delivery, answer: BatchAnswer): Delivery {
  const [sent, ...queue] = delivery.queue;
  if (sent === undefined) return delivery;
  const left = { ...delivery, queue, partsLeft: delivery.partsLeft - Number(sent.isPart) };
  if (answer === 'written') return enforceLimit({ ...left, done: [...left.done, ...sent.units.flat()] });
  if (answer.kind === 'clash' && !delivery.isolatesClashes) return { ...endDelivery(delivery), obstacle: 'clash' };
  if (answer.kind === 'full' && sent.units.some(isGrowth)) return enforceLimit(withoutGrowth(left, sent));
  if (sent.units.length > 1) return enforceLimit({ ...left, queue: [...partsOf(sent.units), ...queue] });
  const refused = sent.units.flat().map((change) => ({ change, message: answer.message }));
  return enforceLimit({ ...left, refused: [...left.refused, ...refused] });
}

/** Ends a delivery; the changes that were not sent wait. */
export function endDelivery(delivery: Delivery): Delivery {
  const rest = delivery.queue.flatMap(({ units }) => units.flat());
  return { ...delivery, queue: [], waiting: [...delivery.waiting, ...rest] };
}

/** A full zone refuses every new record, so isolating one of them would not help. */
function withoutGrowth(delivery: Delivery, refused: Batch): Delivery {
  const batches = [{ ...refused, isPart: true }, ...delivery.queue];
  const waiting = batches.flatMap(({ units }) => units.filter(isGrowth).flat());
  const queue = batches
    .map((batch) => ({ ...batch, units: batch.units.filter((unit) => !isGrowth(unit)) }))
    .filter(({ units }) => units.length > 0);
  return { ...delivery, queue, waiting: [...delivery.waiting, ...waiting], obstacle: 'full' };
}

function partsOf(units: readonly Unit[]): readonly Batch[] {
  const [deletions, rest] = partition(units, isDeletion);
  const middle = Math.ceil(units.length / 2);
  const parts =
    deletions.length > 0 && rest.length > 0 ? [deletions, rest] : [units.slice(0, middle), units.slice(middle)];
  return parts.map((part) => ({ units: part, isPart: true }));
}

/** Enforces the limit on parts: once it is used up, the remaining parts wait. */
function enforceLimit(delivery: Delivery): Delivery {
  if (delivery.partsLeft > 0) return delivery;
  const [parts, queue] = partition(delivery.queue, ({ isPart }) => isPart);
  const waiting = parts.flatMap(({ units }) => units.flat());
  return { ...delivery, queue, waiting: [...delivery.waiting, ...waiting] };
}

function isDeletion(unit: Unit): boolean {
  return unit.every(({ kind }) => kind === 'delete');
}

/** Whether the zone holds more records after these changes. */
function isGrowth(unit: Unit): boolean {
  const count = (kind: DnsChange['kind']): number => unit.filter((change) => change.kind === kind).length;
  return count('create') > count('delete');
}

/** Splits a unit that exceeds the size of a batch. The order is kept, so that deletions still come first. */
function splitUnit(unit: Unit, limit: number): readonly Unit[] {
  return Array.from({ length: Math.ceil(unit.length / limit) }, (_, index) =>
    unit.slice(index * limit, (index + 1) * limit),
  );
}

function packBatches(units: readonly Unit[], limit: number): readonly (readonly Unit[])[] {
  const batches: Unit[][] = [];
  let size = limit;
  for (const unit of units) {
    size += unit.length;
    if (size > limit) {
      batches.push([]);
      size = unit.length;
    }
    batches.at(-1)?.push(unit);
  }
  return batches;
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
