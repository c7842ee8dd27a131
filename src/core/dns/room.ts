import type { DnsPlan } from './plan.ts';

/**
 * Makes a plan fit into a zone that takes only so many more records. What is deleted makes room; names that find none
 * are refused, the last in order first, so that the same names are served in every pass.
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
        message: `Zone ${zone} is full: there is no room for a record of ${name}. Delete records there, or choose a larger plan`,
      })),
    ],
  };
}
