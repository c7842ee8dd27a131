import type { Tunnel } from '../../api/objects.ts';
import { type RecordView, recordIsAbsent, recordMayExist } from '../../core/dns/record-presence.ts';
import { leftoverHostnames } from '../../core/dns/unrecorded.ts';
import type { Hostname } from '../../core/model/hostname.ts';
import { settingsOf } from '../../core/model/tunnel-settings.ts';
import type { OperatorError } from '../../runtime/errors.ts';
import type { KnownRecords } from './config.ts';
import type { TunnelContext } from './context.ts';
import { hasForgotten, markOf } from './records.ts';
import { type InvisibleRecords, publicationOf } from './invisible-zones.ts';

/** Sums up what the lookups have found, before the rules are written. A record that was given up counts as gone. */
export function knownRecords(
  ctx: TunnelContext,
  tunnel: Tunnel,
  view: RecordView | undefined,
  { waiting, givenUp }: InvisibleRecords,
  failures: readonly OperatorError[],
): KnownRecords {
  const mark = markOf(ctx, tunnel);
  const placed = new Set(view?.zoned.zones.flatMap(({ hostnames }) => hostnames));
  const leftBehind = new Set(givenUp);
  const remains = recordMayExist(view, mark, settingsOf(tunnel).dnsMode, waiting === 'any' ? [] : waiting);
  const isGone = recordIsAbsent(view, mark);
  return {
    remains: (route) => !leftBehind.has(route.hostname) && remains(route),
    mayBeMade: (hostname) => placed.has(hostname),
    isGone: (hostname) => leftBehind.has(hostname) || isGone(hostname),
    mayBeForgotten: waiting === 'any' || hasForgotten(ctx, tunnel, view, failures),
  };
}

/** Hostnames whose record is still to be removed. */
export function leftoversOf(
  ctx: TunnelContext,
  tunnel: Tunnel,
  { isGone }: Pick<KnownRecords, 'isGone'>,
): readonly Hostname[] {
  return leftoverHostnames(publicationOf(ctx, tunnel)).filter((hostname) => !isGone(hostname));
}
