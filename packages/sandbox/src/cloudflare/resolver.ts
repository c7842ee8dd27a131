import type { HostResolution } from '../edge/front-door/host-resolution.ts';
import { toAscii } from './dns/record-name.ts';
import type { Cloud } from './state/cloud.ts';
import type { DnsRecord } from './state/dns-record.ts';
import type { Zone } from './state/model.ts';

const TUNNEL_TARGET = /^([0-9a-f-]{36})\.cfargotunnel\.com$/;
const ROUTABLE = new Set(['CNAME', 'A', 'AAAA']);

/**
 * Resolves a hostname to its destination at the edge, from the DNS records of the zones.
 *
 * - Only an active, unpaused zone with full setup is used, and the most specific one.
 * - A record at the name takes precedence over a wildcard. A wildcard covers deeper labels, but not another explicit
 *   name, names below that, or the zone itself.
 * - Only a proxied CNAME to a tunnel of the zone's account leads to a tunnel.
 */
export function createResolver(cloud: Cloud): (host: string) => HostResolution {
  return (host) => {
    const name = toAscii(host);
    const zone = cloud.zoneOfHost(name);
    if (zone?.status !== 'active' || zone.paused || zone.type !== 'full') return { kind: 'unknown' };
    const record = recordsFor(zone, name).find(({ type }) => ROUTABLE.has(type));
    return record === undefined ? { kind: 'unknown' } : resolutionOf(record, zone, cloud);
  };
}

function recordsFor(zone: Zone, name: string): DnsRecord[] {
  const exact = zone.records.named(name);
  if (exact.length > 0 || name === zone.name) return exact;
  for (let parent = withoutFirstLabel(name); parent !== ''; parent = withoutFirstLabel(parent)) {
    const wildcards = zone.records.named(`*.${parent}`);
    const isEnd = parent === zone.name || zone.records.named(parent).length > 0;
    if (wildcards.length > 0 || isEnd) return wildcards;
  }
  return [];
}

function resolutionOf(record: DnsRecord, zone: Zone, cloud: Cloud): HostResolution {
  const tunnelId = record.type === 'CNAME' ? TUNNEL_TARGET.exec(record.content)?.[1] : undefined;
  const shown = { name: record.name, type: record.type, content: record.content };
  if (tunnelId === undefined) return { kind: 'other', record: shown, reason: 'not-a-tunnel' };
  if (!record.proxied) return { kind: 'other', record: shown, reason: 'not-proxied' };
  const tunnel = cloud.tunnels.get(tunnelId);
  const isForeign = tunnel !== undefined && tunnel.accountId !== zone.accountId;
  return isForeign ? { kind: 'other', record: shown, reason: 'other-account' } : { kind: 'tunnel', tunnelId };
}

function withoutFirstLabel(name: string): string {
  const dot = name.indexOf('.');
  return dot === -1 ? '' : name.slice(dot + 1);
}
