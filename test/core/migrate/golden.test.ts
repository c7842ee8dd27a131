/** The whole plan for a cluster of each tool. `UPDATE_GOLDEN=true` writes it anew. */
import { describe, expect, it } from '@jest/globals';
import { planMigration } from '../../../src/core/migrate/migration.ts';
import { describeStep } from '../../../src/core/migrate/steps.ts';
import { MIGRATION_SOURCES } from '../../../src/wiring/migration-sources.ts';
import { CLUSTERS, expectedPlan, recordPlan } from '../../support/former/clusters/plans.ts';
import type { Objects } from '../../support/former/clusters/parts.ts';
import { PARSERS } from '../../support/parsers.ts';
import { factsIn } from './facts-in.ts';

function planFor(from: string, objects: Objects): object {
  const source = MIGRATION_SOURCES[from];
  if (source === undefined) throw new Error(`${from} is no tool`);
  const input = { ...factsIn(objects, source), parsers: PARSERS };
  const { steps, problems, leftovers, objects: ours } = planMigration(source.parse(input), input);
  const described = steps.map((step) => ({ kind: step.kind, text: describeStep(step) }));
  return { from, objects: ours, steps: described, problems, leftovers };
}

describe.each(CLUSTERS)('a cluster of $from', ({ from, objects }) => {
  it('gets our objects, the steps to them, and what is not migrated', async () => {
    const plan = planFor(from, objects);

    if (process.env['UPDATE_GOLDEN'] === 'true') await recordPlan(from, plan);
    expect(plan).toStrictEqual(await expectedPlan(from));
  });

  it('has nothing to migrate for another tool', () => {
    const others = Object.keys(MIGRATION_SOURCES).filter((other) => other !== from && other !== 'cloudflared');
    expect(others.map((other) => planFor(other, objects))).toEqual(
      others.map((other) => ({ from: other, objects: [], steps: [], problems: [], leftovers: [] })),
    );
  });
});
