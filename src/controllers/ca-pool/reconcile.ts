import type { ConfigMap, Secret } from '../../api/objects.ts';
import { type CaPool, type CaPoolKey, readCaPool, splitCaPoolKey } from '../../core/ca-pool/pool.ts';
import { sameJson } from '../../core/equal.ts';
import type { Outcome, Pass } from '../../runtime/controller.ts';
import { Stages } from '../../runtime/stages.ts';
import type { CaPoolContext } from './context.ts';

/** Objects of users are read by name, not watched: a change is noticed within this time. */
const POLL_MS = 10_000;

/**
 * Reads one reference to certificates for as long as a route needs it, and wakes routing when the result changes. A
 * failed read changes nothing, so the last certificates stay; a forbidden read is reported to the user.
 */
export async function reconcileCaPool(ctx: CaPoolContext, reference: CaPoolKey, pass: Pass): Promise<Outcome> {
  if (!ctx.isAsked(reference)) {
    ctx.pools.delete(reference);
    return {};
  }
  const stages = new Stages<'Read'>(pass.signal);
  const seen = await stages.run('Read', () => look(ctx, reference, pass));
  const refusal = stages.failures.find(({ disposition }) => disposition !== 'retry');
  const pool = seen ?? (refusal && { problem: refusal.message });
  if (pool !== undefined && !sameJson(pool, ctx.pools.get(reference))) {
    ctx.pools.set(reference, pool);
    ctx.routingChanged();
  }
  return { recheckAfterMs: Math.min(POLL_MS, ctx.driftIntervalMs), failures: stages.failures };
}

/** One read as a rule: the Secret is only looked for where there is no ConfigMap. */
async function look(ctx: CaPoolContext, reference: CaPoolKey, { signal }: Pass): Promise<CaPool> {
  const { object } = splitCaPoolKey(reference);
  const configMap = await ctx.objects.get<ConfigMap>('configmaps', object, signal);
  const secret = configMap === undefined ? await ctx.objects.get<Secret>('secrets', object, signal) : undefined;
  return readCaPool(reference, { configMap, secret }, ctx);
}
