import type { Gateway } from '../../api/gateway-objects.ts';
import type { ObjectKey } from '../../api/objects.ts';
import {
  type CertificateProblem,
  certificateProblem,
  isCertificateSecret,
  secretsToRead,
} from '../../core/gateway/certificates.ts';
import { gatewayStatus } from '../../core/gateway/gateway-status.ts';
import { isOurGateway, tunnelOf } from '../../core/gateway/ownership.ts';
import { type ListenerSetFacts, listenerSetStatus } from '../../core/gateway/listener-set-status.ts';
import { admitsSet, listenersOf } from '../../core/gateway/listener-sets.ts';
import type { StatedListener } from '../../core/gateway/stated-listeners.ts';
import { isGatewayTold, isListenerSetTold } from '../../core/gateway/told.ts';
import { keyOf } from '../../core/keys.ts';
import type { Outcome, Pass } from '../../runtime/controller.ts';
import type { GatewayContext } from './context.ts';
import { provideTunnel, releaseTunnel } from './tunnel.ts';

/**
 * Gives a Gateway its Tunnel, and describes in its status what becomes of it. The garbage collector removes the Tunnel of
 * a Gateway that is deleted, so nothing has to hold the Gateway.
 */
export async function reconcileGateway(ctx: GatewayContext, key: ObjectKey, { signal }: Pass): Promise<Outcome> {
  const gateway = ctx.gateways.get(key);
  if (gateway === undefined || gateway.metadata.deletionTimestamp !== undefined) return {};
  if (isForOthers(ctx, gateway)) await releaseTunnel(ctx, gateway, { keeps: undefined, signal });
  if (!isOurGateway(gateway, ctx.related, false)) return {};
  const wanted = tunnelOf(gateway);
  const provided = 'problem' in wanted ? wanted : await provideTunnel(ctx, gateway, { key: wanted.tunnel, signal });
  const listeners = listenersOf(gateway, ctx.related);
  const certificates = await checkCertificates(ctx, listeners, signal);
  const facts = {
    gateway,
    listeners,
    certificates: certificates.problems,
    attachedRoutes: ctx.attachedTo(key),
    now: ctx.now(),
  };
  const status = gatewayStatus({
    ...facts,
    tunnel: 'tunnel' in provided ? provided.tunnel : undefined,
    problem: 'problem' in provided ? provided.problem : undefined,
  });
  if (!isGatewayTold(gateway, status)) await ctx.objects.applyStatus(gateway, status, signal);
  await describeSets(ctx, { ...facts, told: status }, signal);
  return certificates.areRead ? { recheckAfterMs: ctx.driftIntervalMs } : {};
}

/** Also those that the Gateway does not admit. */
async function describeSets(
  { objects, related }: GatewayContext,
  facts: Omit<ListenerSetFacts, 'isAdmitted'>,
  signal: AbortSignal,
): Promise<void> {
  for (const set of related.get('ListenerSets', keyOf(facts.gateway)) ?? []) {
    if (set.metadata.deletionTimestamp !== undefined) continue;
    const status = listenerSetStatus(set, { ...facts, isAdmitted: admitsSet(facts.gateway, set, related) });
    if (!isListenerSetTold(set, status)) await objects.applyStatus(set, status, signal);
  }
}

/** Its class exists, and another controller serves it. */
function isForOthers({ related, classes }: GatewayContext, gateway: Gateway): boolean {
  return classes.get(gateway.spec.gatewayClassName) !== undefined && !isOurGateway(gateway, related, false);
}

interface CheckedCertificates {
  /** By listener. */
  readonly problems: ReadonlyMap<string, CertificateProblem>;
  readonly areRead: boolean;
}

/** Secrets are read by name, and never watched. */
async function checkCertificates(
  { objects, related, isCertificate }: GatewayContext,
  listeners: readonly StatedListener[],
  signal: AbortSignal,
): Promise<CheckedCertificates> {
  const isUsable = new Map<ObjectKey, boolean>();
  for (const key of secretsToRead(listeners, related))
    isUsable.set(key, isCertificateSecret(await objects.get('secrets', key, signal), isCertificate));
  const problems = listeners.flatMap((stated) => {
    const problem = certificateProblem(stated, { related, isUsable });
    return problem === undefined ? [] : [[stated.id, problem] as const];
  });
  return { problems: new Map(problems), areRead: isUsable.size > 0 };
}
