/** Carries out the steps of a migration. Each looks at what is there first, so that a step that was done changes nothing. */
import { awaitExposure, awaitRules } from '../../../core/migrate/progress.ts';
import type { Step } from '../../../core/migrate/steps.ts';
import { type StepContext, findTunnel, servicesOf } from './step/context.ts';
import { annotate, copySecret, createIfAbsent, createTunnel, startConnectors } from './step/objects.ts';
import { letGo } from './step/release.ts';
import { publishedRules, takeOverRules } from './step/rules.ts';
import { start, stop } from './step/workloads.ts';
import { until } from './step/wait.ts';

type Performers = {
  readonly [K in Step['kind']]: (ctx: StepContext, step: Extract<Step, { kind: K }>) => Promise<boolean>;
};

/** True: something was changed. */
const PERFORMERS: Performers = {
  'copy secret': (ctx, { copy }) => copySecret(ctx, copy),
  'create object': (ctx, { object }) => createIfAbsent(ctx, object),
  'create tunnel': (ctx, { tunnel }) => createTunnel(ctx, tunnel),
  'stop controller': (ctx, { deployment }) => stop(ctx, deployment),
  annotate: (ctx, { service, annotations }) => annotate(ctx, service, annotations),
  'take over rules': (ctx, step) => takeOverRules(ctx, step),
  'await rules': async (ctx, { tunnel, rules }) => {
    const keys = [...new Set(rules.map(({ service }) => service))];
    await until(ctx, async () => awaitRules(rules, await publishedRules(ctx, tunnel), await servicesOf(ctx, keys)));
    return false;
  },
  'start connectors': (ctx, { tunnel, replicas }) => startConnectors(ctx, tunnel, replicas),
  'await exposure': async (ctx, { tunnel, services }) => {
    await until(ctx, async () => awaitExposure(await findTunnel(ctx, tunnel), tunnel, await servicesOf(ctx, services)));
    return false;
  },
  'stop connectors': (ctx, { deployment }) => stop(ctx, deployment),
  'remove ownership': async (ctx, { tunnel, records }) => (await ctx.removeRecords(tunnel, records)) > 0,
  release: (ctx, { release }) => letGo(ctx, release),
  'start controller': (ctx, { deployment }) => start(ctx, deployment),
};

export function performStep<K extends Step['kind']>(
  ctx: StepContext,
  step: Extract<Step, { kind: K }>,
): Promise<boolean> {
  return PERFORMERS[step.kind](ctx, step);
}
