import type { TunnelPart } from '../../api/conditions.ts';
import type { Tunnel } from '../../api/objects.ts';
import { type Unseen, unseenHostnames } from '../../core/dns/homeless.ts';
import type { RecordView } from '../../core/dns/remains.ts';
import { keyOf } from '../../core/keys.ts';
import { listed } from '../../core/quote.ts';
import { describeRemains, isOverdue } from '../../core/tunnel/farewell.ts';
import { settingsOf } from '../../core/tunnel/settings.ts';
import type { Pass } from '../../runtime/controller.ts';
import { OperatorError } from '../../runtime/errors.ts';
import type { Stages } from '../../runtime/stages.ts';
import { publishedRoutesOrUnknown } from './config.ts';
import type { TunnelContext } from './context.ts';
import { markOf } from './records.ts';

const NOTHING_UNSEEN: Unseen = [];

/** Names that nobody wants any more, and whose record may lie in a zone that the token does not see. */
export function unseenOf(ctx: TunnelContext, tunnel: Tunnel, view: RecordView | undefined): Unseen {
  if (view === undefined) return NOTHING_UNSEEN;
  const wanted = tunnel.metadata.deletionTimestamp === undefined ? ctx.routing().published.get(keyOf(tunnel)) : [];
  return unseenHostnames(view, publishedRoutesOrUnknown(ctx, tunnel), wanted ?? [], settingsOf(tunnel).dnsMode);
}

export function unseenError(unseen: Unseen): OperatorError {
  const names = unseen === 'any' ? 'names that are no longer known' : listed(unseen);
  const message = `Cannot delete the records of ${names}: the token sees no zone that holds them. It needs the permission "Zone Read" there; if the zone has gone, this ends by itself after 5 minutes`;
  return new OperatorError('PermissionMissing', 'wait', message);
}

/**
 * Rules whose records cannot be seen are kept, and the Services with them, for as long as credentials are waited for
 * anywhere; then the records are named and given up. Answers the names that are still waited for.
 */
export async function awaitUnseen(
  ctx: TunnelContext,
  tunnel: Tunnel,
  view: RecordView | undefined,
  stages: Stages<TunnelPart>,
  pass: Pass,
): Promise<Unseen> {
  const unseen = unseenOf(ctx, tunnel, view);
  if (unseen.length === 0) {
    if (view !== undefined) ctx.patience.done(waitOf(tunnel));
    return NOTHING_UNSEEN;
  }
  const error = unseenError(unseen);
  if (!isOverdue(ctx.patience.waitedMs(waitOf(tunnel)))) {
    stages.fail('DNSReady', error);
    return unseen;
  }
  const hostnames = unseen === 'any' ? [] : unseen;
  const remains = { tunnel: undefined, hostnames, mark: markOf(ctx, tunnel) };
  const message = describeRemains(remains, error.message);
  if (message !== undefined) await ctx.record(tunnel, { type: 'Warning', reason: 'LeftBehind', message }, pass.signal);
  return NOTHING_UNSEEN;
}

function waitOf(tunnel: Tunnel): string {
  return `${keyOf(tunnel)} unseen zones`;
}
