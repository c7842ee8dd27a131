/** Reports completed changes in the log, and in an event on the object that they are about. */
import type { ObjectKey, Tunnel } from '../../api/objects.ts';
import type { DnsChange } from '../../core/dns/plan.ts';
import { recordChanges } from '../../core/dns/record-changes.ts';
import type { Zone } from '../../core/model/zone.ts';
import { publishedRoutes } from './config.ts';
import type { TunnelContext } from './context.ts';

/** Records that a batch has written. A rule is published before its record and goes after it, so it names the Service. */
export function tellRecords(
  ctx: TunnelContext,
  tunnel: Tunnel,
  zone: Zone,
  changes: readonly DnsChange[],
  signal: AbortSignal,
): void {
  if (changes.length === 0) return;
  const routes = publishedRoutes(ctx, tunnel).filter(({ source }) => ctx.sources.get(source) !== undefined);
  const sources = new Map<string, ObjectKey>(routes.map(({ hostname, source }) => [hostname, source]));
  for (const { service, change } of recordChanges(zone.name, changes, (hostname) => sources.get(hostname)))
    ctx.changed(ctx.sources.get(service ?? '') ?? tunnel, change, signal);
}
