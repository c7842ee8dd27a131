/** Steps that wait for the rules of a Tunnel, or have them replace those at Cloudflare. */
import type { ConfigMap, ObjectKey } from '../../../../api/objects.ts';
import { awaitRules, isDecided, unexplained } from '../../../../core/migrate/progress.ts';
import type { RuleName, Step } from '../../../../core/migrate/steps.ts';
import { decodeRoutes } from '../../../../core/published-routes/routes-json.ts';
import { listed } from '../../../../core/quote.ts';
import { CommandError } from '../../../frame/exit-code.ts';
import { until } from './wait.ts';
import { type StepContext, findTunnel, servicesOf, tunnelAt } from './context.ts';

/**
 * Rules at Cloudflare that differ from ours hold their hostnames, so that ours are not published. `Replace` exchanges all
 * of them in one write, and is set only when every Service is known and every rule there is one that is migrated.
 */
export async function takeOverRules(ctx: StepContext, step: RulesStep): Promise<boolean> {
  const { tunnel, rules } = step;
  // No Tunnel of a migration begins with it, so a run that was interrupted has set it.
  const isBegun = (await findTunnel(ctx, tunnel))?.spec.existingRules === 'Replace';
  if (!isBegun) {
    if (!(await mustReplace(ctx, step))) return false;
    refuseUnexplained(await existingRules(ctx, tunnel), rules);
    await ctx.objects.patch(tunnelAt(tunnel), { spec: { existingRules: 'Replace' } });
  }
  await until(ctx, async () => {
    const left = await existingRules(ctx, tunnel);
    return left.length === 0 ? undefined : { for: `the replacement of ${listed(left)} at Cloudflare`, isFinal: false };
  });
  await ctx.objects.patch(tunnelAt(tunnel), { spec: { existingRules: null } });
  return true;
}

type RulesStep = Extract<Step, { kind: 'take over rules' }>;

/** Waits until the rules are published, or until it is clear that others hold their hostnames. */
async function mustReplace(ctx: StepContext, { tunnel, rules }: RulesStep): Promise<boolean> {
  const keys = [...new Set(rules.map(({ service }) => service))];
  let isHeld = false;
  await until(ctx, async () => {
    const services = await servicesOf(ctx, keys);
    const waiting = awaitRules(rules, await publishedRules(ctx, tunnel), services);
    isHeld = waiting !== undefined && isDecided(services) && (await existingRules(ctx, tunnel)).length > 0;
    return isHeld ? undefined : waiting;
  });
  return isHeld;
}

export async function publishedRules({ objects }: StepContext, tunnel: ObjectKey) {
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', key: `${tunnel}-cloudflared` };
  const routes = decodeRoutes(await objects.find<ConfigMap>(reference)) ?? [];
  return routes.map(({ source, hostname, path }) => ({ service: source, hostname, path: path?.value }));
}

function refuseUnexplained(existing: readonly string[], rules: readonly RuleName[]): void {
  const strange = unexplained(
    existing,
    rules.map(({ hostname }) => hostname),
  );
  if (strange.length === 0) return;
  throw new CommandError(
    `The tunnel has rules at Cloudflare that nothing in the cluster asks for: ${listed(strange)}. Remove them in the dashboard, and run the command again`,
  );
}

async function existingRules(ctx: StepContext, tunnel: ObjectKey): Promise<readonly string[]> {
  return (await findTunnel(ctx, tunnel))?.status?.config?.existingRules ?? [];
}
