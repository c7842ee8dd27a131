import { GATEWAY_CONTROLLER } from '../../api/gateway-objects.ts';
import { classStatus, isToDescribe } from '../../core/gateway/class-status.ts';
import { isAcceptanceTold, isClassTold } from '../../core/gateway/told.ts';
import { specOfClass } from '../../core/gateway/tunnel-manifest.ts';
import type { Outcome, Pass } from '../../runtime/controller.ts';
import type { GatewayClassContext } from './context.ts';

const DEFINITION = 'gatewayclasses.gateway.networking.k8s.io';
const RELEASE_ANNOTATION = 'gateway.networking.k8s.io/bundle-version';

/** Describes in the status of a GatewayClass whether it works, and what it offers. */
export async function reconcileGatewayClass(
  ctx: GatewayClassContext,
  name: string,
  { signal }: Pass,
): Promise<Outcome> {
  const gatewayClass = ctx.classes.get(name);
  if (gatewayClass?.spec.controllerName !== GATEWAY_CONTROLLER) return {};
  if (!isToDescribe(gatewayClass, ctx.watchNamespace)) return {};
  const definition = await ctx.objects.get('customresourcedefinitions', DEFINITION, signal);
  const parameters =
    gatewayClass.spec.parametersRef === undefined
      ? undefined
      : specOfClass(gatewayClass, (key) => ctx.tunnels.get(key));
  const status = classStatus({
    gatewayClass,
    problem: parameters !== undefined && 'problem' in parameters ? parameters.problem : undefined,
    release: definition?.metadata.annotations?.[RELEASE_ANNOTATION],
    now: ctx.now(),
  });
  const isTold = ctx.watchNamespace === undefined ? isClassTold : isAcceptanceTold;
  if (!isTold(gatewayClass, status)) await ctx.objects.applyStatus(gatewayClass, status, signal);
  return { recheckAfterMs: ctx.driftIntervalMs };
}
