import type { TunnelPart } from '../../api/conditions.ts';
import type { Tunnel } from '../../api/objects.ts';
import type { RecordView } from '../../core/dns/record-presence.ts';
import { type Publication, type Invisible, invisibleHostnames } from '../../core/dns/unrecorded.ts';
import type { Hostname } from '../../core/model/hostname.ts';
import { keyOf } from '../../core/keys.ts';
import { listed } from '../../core/quote.ts';
import { describeLeftovers, hasTimedOut } from '../../core/tunnel/clean-up-timeout.ts';
import { settingsOf } from '../../core/model/tunnel-settings.ts';
import type { Pass } from '../../runtime/controller.ts';
import { OperatorError } from '../../runtime/errors.ts';
import type { Stages } from '../../runtime/stages.ts';
import { publishedRoutesOrUnknown } from './config.ts';
import type { TunnelContext } from './context.ts';
import { markOf } from './records.ts';
import { waitOf } from './waits.ts';

/** Names whose record is to be removed, but may lie where the token does not see or, with `isForbidden`, reach it. */
export function invisibleOf(
  ctx: TunnelContext,
  tunnel: Tunnel,
  view: RecordView | undefined,
  isForbidden: boolean,
): Invisible {
  if (view === undefined && !isForbidden) return [];
  return invisibleHostnames(view ?? NOTHING_SEEN, publicationOf(ctx, tunnel), isForbidden);
}

const NOTHING_SEEN = { visible: [], writable: [] };

/** Whether Cloudflare has refused a lookup of this pass or a write of the last one, and nothing is merely away. */
function areRecordsForbidden(ctx: TunnelContext, tunnel: Tunnel, { reports, failures }: Stages<TunnelPart>): boolean {
  const isRefused = reports.get('DNSReady')?.reason === 'PermissionMissing';
  const wasRefused = ctx.lastPass.get(keyOf(tunnel))?.areRecordsForbidden === true;
  return (isRefused || wasRefused) && !failures.some(({ disposition }) => disposition === 'retry');
}

export function publicationOf(ctx: TunnelContext, tunnel: Tunnel): Publication {
  const isLeaving = tunnel.metadata.deletionTimestamp !== undefined;
  return {
    published: publishedRoutesOrUnknown(ctx, tunnel),
    wanted: isLeaving ? [] : (ctx.routing().published.get(keyOf(tunnel)) ?? []),
    mode: settingsOf(tunnel).dnsMode,
  };
}

export function invisibleError(invisible: Invisible): OperatorError {
  const names = invisible === 'any' ? 'names that are no longer known' : listed(invisible);
  const message = `Cannot delete the records of ${names}: the token may not look into or write in a zone that holds them. Give it the permissions "Zone Read" and "DNS Write" there; if the zone has gone, or the records are left to you, this ends by itself after 5 minutes`;
  return new OperatorError('PermissionMissing', 'wait', message);
}

export interface InvisibleRecords {
  /** Still waited for. */
  readonly waiting: Invisible;
  /** Left behind, and named in an event once their rules no longer wait for them. */
  readonly givenUp: readonly Hostname[];
  /** What the event says. */
  readonly farewell?: string | undefined;
}

const NOTHING_INVISIBLE: InvisibleRecords = { waiting: [], givenUp: [] };

/**
 * Rules whose records cannot be seen are kept, and the Services with them, for as long as credentials are waited for
 * anywhere; then the records are named and given up.
 */
export function awaitInvisible(
  ctx: TunnelContext,
  tunnel: Tunnel,
  view: RecordView | undefined,
  stages: Stages<TunnelPart>,
): InvisibleRecords {
  const invisible = invisibleOf(ctx, tunnel, view, areRecordsForbidden(ctx, tunnel, stages));
  if (invisible.length === 0) {
    if (view !== undefined) ctx.waits.done(waitOf(keyOf(tunnel), 'unseen zones'));
    return NOTHING_INVISIBLE;
  }
  const error = invisibleError(invisible);
  if (!hasTimedOut(ctx.waits.startOrContinue(waitOf(keyOf(tunnel), 'unseen zones')))) {
    stages.fail('DNSReady', error);
    return { waiting: invisible, givenUp: [] };
  }
  const givenUp = invisible === 'any' ? [] : invisible;
  const remains = { tunnel: undefined, hostnames: givenUp, mark: markOf(ctx, tunnel) };
  return { waiting: [], givenUp, farewell: describeLeftovers(remains, error.message) };
}

/** Called when the rules are written, after which nobody looks for the records again: so it is told once. */
export async function tellGivenUp(
  ctx: TunnelContext,
  tunnel: Tunnel,
  { farewell: message }: InvisibleRecords,
  pass: Pass,
): Promise<void> {
  if (message !== undefined) await ctx.record(tunnel, { type: 'Warning', reason: 'LeftBehind', message }, pass.signal);
}
