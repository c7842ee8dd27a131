import type { TunnelPart } from '../../api/conditions.ts';
import type { Tunnel } from '../../api/objects.ts';
import { keyOf } from '../../core/keys.ts';
import { foreignAmong } from '../../core/tunnel/foreign.ts';
import type { Rollout } from '../../core/tunnel/rollout.ts';
import { settingsOf, terminationSeconds } from '../../core/model/tunnel-settings.ts';
import type { Pass } from '../../runtime/controller.ts';
import type { Stages } from '../../runtime/stages.ts';
import type { Access, TunnelContext } from './context.ts';
import type { Identity } from './remote.ts';

export interface Look {
  readonly ctx: TunnelContext;
  readonly tunnel: Tunnel;
  readonly access: Access | undefined;
  readonly identity: Identity | undefined;
  readonly rollout: Rollout | undefined;
  readonly stages: Stages<TunnelPart>;
  readonly pass: Pass;
}

/** How many connectors on the tunnel are not ours; what was seen last, as long as ours come and go. */
export async function countForeign({ ctx, tunnel, access, identity, rollout, stages, pass }: Look): Promise<number> {
  const key = keyOf(tunnel);
  const last = ctx.foreignConnectors.get(key) ?? 0;
  if (access === undefined || identity === undefined || !isStable(ctx, tunnel, rollout)) return last;
  const { cloudflare, accountId } = access;
  // Takes turns with the list of tunnels: both tell whether the tunnel is there, and an interval costs one call.
  if (cloudflare.tunnelsAgeMs(accountId) < ctx.driftIntervalMs) return last;
  // A failure is told of as the tunnel's, not as one of connectors that serve all the same.
  const connected = await stages.run('TunnelReady', () =>
    cloudflare.connectors(accountId, identity.tunnelId, ctx.driftIntervalMs, pass.signal),
  );
  if (connected === undefined) return last;
  const foreign = foreignAmong(connected, rollout);
  ctx.foreignConnectors.set(key, foreign);
  return foreign;
}

/** No connector of ours comes or goes, and the last that was replaced is gone for sure. */
function isStable(ctx: TunnelContext, tunnel: Tunnel, rollout: Rollout | undefined): rollout is Rollout {
  const key = keyOf(tunnel);
  if (rollout?.kind === 'complete')
    return ctx.stableSince.startOrContinue(key) >= terminationSeconds(settingsOf(tunnel).cloudflared) * 1000;
  ctx.stableSince.end(key);
  return false;
}
