/**
 * Decides in which batches changes are sent to a zone. Cloudflare carries out a batch as a whole or not at all and names
 * only its first error, so one refused name would hold up all others.
 *
 * A refused batch is sent again in parts: deletions on their own, then halves of the rest, until a refused name is alone.
 *
 * Guarantees
 * - The changes at one name are never split: a record is replaced in one batch, or stays.
 * - Every change ends as done, refused or waiting; a name that Cloudflare takes is never refused because of another.
 * - k refused names in a batch of n cost at most 2 + 2·k·log2(n) more batches, and never more than MOST_PARTS.
 */
import type { DnsChange } from './plan.ts';

/** Most batches that one delivery spends on finding the refused names. The rest waits for the next pass. */
export const MOST_PARTS = 40;

/**
 * Why a batch was not carried out: `clash`: a record that was not known of is in the way, or one to be changed has gone;
 * `full`: the zone takes no more records; `refused`: anything else that is about a record.
 */
export interface BatchRefusal {
  readonly kind: 'clash' | 'full' | 'refused';
  /** Cloudflare's words. */
  readonly message: string;
}

export type BatchAnswer = 'written' | BatchRefusal;

export interface RefusedChange {
  readonly change: DnsChange;
  readonly message: string;
}

/** The result of each change. */
export interface DeliveryResult {
  readonly done: readonly DnsChange[];
  readonly refused: readonly RefusedChange[];
  /** Not tried, or not completed. */
  readonly waiting: readonly DnsChange[];
  /** What calls for a new plan before the waiting changes are sent again. */
  readonly obstacle?: 'clash' | 'full';
}

export interface Delivery extends DeliveryResult {
  /** Batches still to be sent, the next one first. */
  readonly queue: readonly Batch[];
  readonly partsLeft: number;
  readonly isolatesClashes: boolean;
}

interface Batch {
  readonly units: readonly Unit[];
  /** It is sent only to find refused names. */
  readonly isPart: boolean;
}

/** The changes at one name. */
type Unit = readonly DnsChange[];

export interface DeliveryOptions {
  readonly batchLimit: number;
  /** Names that were refused before: each goes alone, after all others. */
  readonly suspects?: ReadonlySet<string>;
  /** False: the first clash ends the delivery, since one look at the zone tells more than many batches. */
  readonly isolatesClashes: boolean;
}

export function startDelivery(
  changes: readonly DnsChange[],
  { batchLimit, suspects = new Set(), isolatesClashes }: DeliveryOptions,
): Delivery {
  const units = [...Map.groupBy(changes, ({ name }) => name).values()].flatMap((unit) => cut(unit, batchLimit));
  const [suspected, resolved] = parted(units, (unit) => suspects.has(unit[0]?.name ?? ''));
  const [deletions, rest] = parted(resolved, isDeletion);
  const queue = [
    ...filled([...deletions, ...rest], batchLimit).map((batch) => ({ units: batch, isPart: false })),
    ...suspected.map((unit) => ({ units: [unit], isPart: true })),
  ];
  return limited({ queue, done: [], refused: [], waiting: [], partsLeft: MOST_PARTS, isolatesClashes });
}

/** `undefined`: there is nothing left to send. */
export function nextBatch({
  queue,
}: Delivery): { readonly changes: readonly DnsChange[]; readonly isPart: boolean } | undefined {
  const [next] = queue;
  return next && { changes: next.units.flat(), isPart: next.isPart };
}

/** The delivery after the answer to its next batch. */
export function afterBatch(delivery: Delivery, answer: BatchAnswer): Delivery {
  const [sent, ...queue] = delivery.queue;
  if (sent === undefined) return delivery;
  const left = { ...delivery, queue, partsLeft: delivery.partsLeft - Number(sent.isPart) };
  if (answer === 'written') return limited({ ...left, done: [...left.done, ...sent.units.flat()] });
  if (answer.kind === 'clash' && !delivery.isolatesClashes) return { ...endDelivery(delivery), obstacle: 'clash' };
  if (answer.kind === 'full' && sent.units.some(isGrowth)) return limited(withoutGrowth(left, sent));
  if (sent.units.length > 1) return limited({ ...left, queue: [...partsOf(sent.units), ...queue] });
  const refused = sent.units.flat().map((change) => ({ change, message: answer.message }));
  return limited({ ...left, refused: [...left.refused, ...refused] });
}

/** Whatever was not sent waits. */
export function endDelivery(delivery: Delivery): Delivery {
  const rest = delivery.queue.flatMap(({ units }) => units.flat());
  return { ...delivery, queue: [], waiting: [...delivery.waiting, ...rest] };
}

/** A full zone refuses every new record alike: there is none to be found among them. */
function withoutGrowth(delivery: Delivery, refused: Batch): Delivery {
  const batches = [{ ...refused, isPart: true }, ...delivery.queue];
  const waiting = batches.flatMap(({ units }) => units.filter(isGrowth).flat());
  const queue = batches
    .map((batch) => ({ ...batch, units: batch.units.filter((unit) => !isGrowth(unit)) }))
    .filter(({ units }) => units.length > 0);
  return { ...delivery, queue, waiting: [...delivery.waiting, ...waiting], obstacle: 'full' };
}

function partsOf(units: readonly Unit[]): readonly Batch[] {
  const [deletions, rest] = parted(units, isDeletion);
  const middle = Math.ceil(units.length / 2);
  const parts =
    deletions.length > 0 && rest.length > 0 ? [deletions, rest] : [units.slice(0, middle), units.slice(middle)];
  return parts.map((part) => ({ units: part, isPart: true }));
}

/** Keeps to the limit of batches that only find refused names. */
function limited(delivery: Delivery): Delivery {
  if (delivery.partsLeft > 0) return delivery;
  const [parts, queue] = parted(delivery.queue, ({ isPart }) => isPart);
  const waiting = parts.flatMap(({ units }) => units.flat());
  return { ...delivery, queue, waiting: [...delivery.waiting, ...waiting] };
}

function isDeletion(unit: Unit): boolean {
  return unit.every(({ kind }) => kind === 'delete');
}

/** Whether the zone holds more records after it. */
function isGrowth(unit: Unit): boolean {
  const count = (kind: DnsChange['kind']): number => unit.filter((change) => change.kind === kind).length;
  return count('create') > count('delete');
}

/** More changes at one name than a batch may hold are sent in their order: what is in the way goes first. */
function cut(unit: Unit, limit: number): readonly Unit[] {
  return Array.from({ length: Math.ceil(unit.length / limit) }, (_, index) =>
    unit.slice(index * limit, (index + 1) * limit),
  );
}

function filled(units: readonly Unit[], limit: number): readonly (readonly Unit[])[] {
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

function parted<T>(items: readonly T[], test: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
