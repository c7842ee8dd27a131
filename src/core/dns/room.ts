import type { DnsPlan } from './plan.ts';

/**
 * Reduces a plan to what a nearly full zone can hold. Deletions free room. If it does not suffice, the names that come
 * last alphabetically are refused, so that every pass serves the same names.
 */
export function fitPlan(plan: DnsPlan, zone: string, room: number): DnsPlan {
  const freed = plan.changes.filter(({ kind }) => kind === 'delete').length;
  const creates = plan.changes.filter(({ kind }) => kind === 'create').map(({ name }) => name);
  const excess = new Set(creates.toSorted().slice(Math.max(0, room + freed)));
  return {
    changes: plan.changes.filter(({ kind, name }) => kind !== 'create' || !excess.has(name)),
    refusals: [
      ...plan.refusals,
      ...[...excess].map((name) => ({
        name,
        message: `Zone ${zone} is full, so ${name} gets no record. Delete records in the zone, or choose a larger plan`,
      })),
    ],
  };
}
