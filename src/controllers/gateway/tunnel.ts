import type { Gateway } from '../../api/gateway-objects.ts';
import type { ObjectKey, Tunnel } from '../../api/objects.ts';
import { isApplied, isOwnedByGateway, specOfClass, tunnelManifest } from '../../core/gateway/tunnel-manifest.ts';
import { ownTunnelOf } from '../../core/gateway/tunnel-name.ts';
import type { GatewayContext } from './context.ts';

export type ProvidedTunnel = { readonly tunnel: Tunnel } | { readonly problem: string };

/** Finds the Tunnel of a Gateway, or creates it if the Gateway names none. */
export async function provideTunnel(
  ctx: GatewayContext,
  gateway: Gateway,
  { key, signal }: { readonly key: ObjectKey; readonly signal: AbortSignal },
): Promise<ProvidedTunnel> {
  await releaseTunnel(ctx, gateway, { keeps: key, signal });
  const tunnel = ctx.tunnels.get(key);
  const isNamed = gateway.spec.infrastructure?.parametersRef !== undefined;
  if (isNamed && tunnel === undefined) return { problem: `Tunnel ${key} does not exist` };
  if (tunnel !== undefined && (isNamed || !isOwnedByGateway(tunnel, gateway))) return { tunnel };
  const gatewayClass = ctx.classes.get(gateway.spec.gatewayClassName);
  const wanted = gatewayClass && specOfClass(gatewayClass, (template) => ctx.tunnels.get(template));
  if (wanted === undefined || 'problem' in wanted)
    return tunnel === undefined ? { problem: wanted?.problem ?? 'Its GatewayClass does not exist' } : { tunnel };
  const manifest = tunnelManifest(gateway, wanted.spec);
  if (tunnel !== undefined && isApplied(manifest, tunnel)) return { tunnel };
  const applied = (await ctx.objects.apply(manifest, signal)) as Tunnel;
  ctx.tunnelApplied(tunnel, applied);
  return { tunnel: applied };
}

/** Deletes the Tunnel that was created for a Gateway and that it does not use any more. */
export async function releaseTunnel(
  ctx: GatewayContext,
  gateway: Gateway,
  { keeps, signal }: { readonly keeps: ObjectKey | undefined; readonly signal: AbortSignal },
): Promise<void> {
  const key = ownTunnelOf(gateway);
  const own = ctx.tunnels.get(key);
  if (own === undefined || keeps === key || !isOwnedByGateway(own, gateway)) return;
  if (own.metadata.deletionTimestamp === undefined) await ctx.objects.delete(own, 'Background', signal);
}
