import type { Stages } from './stages.ts';

/** One step of a reconciliation. It adds one fact, and runs once the facts that it needs are known. */
export interface Step<Facts, Stage extends string> {
  readonly adds: keyof Facts;
  /** Where a failure of the step is reported. */
  readonly stage: Stage;
  readonly needs: readonly (keyof Facts)[];
  /** `undefined`: the fact stays unknown. */
  readonly run: (facts: Partial<Facts>) => Promise<unknown>;
}

/** Declares a step whose `run` receives the facts that it needs, and perhaps others. */
export function stepOf<Facts, Stage extends string>() {
  return <Name extends keyof Facts, Need extends keyof Facts = never>(step: {
    readonly adds: Name;
    readonly stage: Stage;
    readonly needs: readonly Need[];
    readonly run: (facts: Pick<Facts, Need> & Partial<Facts>) => Promise<Facts[Name] | undefined>;
  }): Step<Facts, Stage> => step as unknown as Step<Facts, Stage>;
}

/**
 * Runs steps in order. A step is skipped if a fact that it needs is missing, and its stage is then blocked by the stage
 * that did not add the fact. All other steps run.
 */
export async function runSteps<Facts extends object, Stage extends string>(
  steps: readonly Step<Facts, Stage>[],
  stages: Stages<Stage>,
): Promise<Partial<Facts>> {
  let facts: Partial<Facts> = {};
  const blockers = new Map<keyof Facts, Stage>();
  for (const { adds, stage, needs, run } of steps) {
    const missing = needs.find((need) => facts[need] === undefined);
    const blocker = missing === undefined ? stage : (blockers.get(missing) ?? stage);
    blockers.set(adds, blocker);
    if (missing !== undefined) stages.block(stage, blocker);
    else facts = { ...facts, [adds]: await stages.run(stage, () => run(facts)) };
  }
  return facts;
}
