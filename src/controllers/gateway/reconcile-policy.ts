import { caPoolKey } from '../../core/ca-pool/pool.ts';
import { isConflicted, tlsOf } from '../../core/gateway/backend-tls.ts';
import { type PolicyFacts, ancestorsWith, isPolicyTold } from '../../core/gateway/policy-status.ts';
import type { BackendTlsPolicy } from '../../api/gateway-objects.ts';
import type { ObjectKey } from '../../api/objects.ts';
import type { Outcome, Pass } from '../../runtime/controller.ts';
import type { PolicyContext } from './context.ts';

/** Describes in the status of a BackendTLSPolicy what it does at our Gateways. The routes themselves follow it. */
export async function reconcileTlsPolicy(ctx: PolicyContext, key: ObjectKey, { signal }: Pass): Promise<Outcome> {
  const policy = ctx.policies.get(key);
  if (policy === undefined || policy.metadata.deletionTimestamp !== undefined) return {};
  const ancestors = ancestorsWith({
    policy,
    ancestors: ctx.ancestorsOf(key),
    isConflicted: isConflicted(policy, ctx.related),
    certificates: certificatesOf(policy, ctx),
    now: ctx.now(),
  });
  if (ancestors !== undefined && !isPolicyTold(policy, ancestors))
    await ctx.objects.replaceStatus(policy, { ancestors }, signal);
  return {};
}

function certificatesOf(policy: BackendTlsPolicy, { caPool }: PolicyContext): PolicyFacts['certificates'] {
  const told = tlsOf(policy);
  const reference = 'tls' in told ? told.tls.caPool : undefined;
  const found = reference && caPool(caPoolKey(policy.metadata.namespace ?? '', reference));
  return found && ('problem' in found ? found : {});
}
