import { invalidTunnelRequest } from './tunnel-errors.ts';
import type { World } from '../http/endpoint.ts';
import type { Tunnel } from '../state/model.ts';
import { tunnelStatus } from './tunnel-object.ts';

type Test = (tunnel: Tunnel) => boolean;

/** The filters of the tunnel list. Without `is_deleted=false`, deleted tunnels are included. */
export function tunnelFilter(query: URLSearchParams, world: World): Test {
  const tests = [...query].flatMap(([key, value]) => testFor(key, value, world) ?? []);
  return (tunnel) => tests.every((test) => test(tunnel));
}

function testFor(key: string, value: string, world: World): Test | undefined {
  switch (key) {
    case 'name':
      return (tunnel) => tunnel.name === value;
    case 'uuid':
      return (tunnel) => tunnel.id === value;
    case 'is_deleted':
      return (tunnel) => (tunnel.deletedAt !== null) === (value === 'true');
    case 'include_prefix':
    case 'name_prefix': // the old name, which cloudflared still sends
      return (tunnel) => tunnel.name.startsWith(value);
    case 'exclude_prefix':
      return (tunnel) => !tunnel.name.startsWith(value);
    case 'status':
      return (tunnel) => tunnelStatus(tunnel, world) === value;
    case 'tun_types':
      return () => value.split(',').includes('cfd_tunnel');
    default:
      return timeTest(key, value, world);
  }
}

function timeTest(key: string, value: string, { connectors }: World): Test | undefined {
  if (!['existed_at', 'was_active_at', 'was_inactive_at'].includes(key)) return undefined;
  const at = Date.parse(value);
  if (Number.isNaN(at)) throw invalidTunnelRequest(`${key} must be an RFC 3339 time`);
  if (key === 'existed_at') return (tunnel) => existedAt(tunnel, at);
  const wantsActive = key === 'was_active_at';
  // Uses only the latest change of status, because the tunnel object contains no other.
  return (tunnel) => {
    const activity = connectors.activityOf(tunnel.id);
    return wantsActive
      ? activity?.activeSince !== undefined && activity.activeSince <= at
      : activity === undefined || (activity.inactiveSince !== undefined && activity.inactiveSince <= at);
  };
}

function existedAt(tunnel: Tunnel, at: number): boolean {
  const existed = Date.parse(tunnel.createdAt) <= at;
  return existed && (tunnel.deletedAt === null || Date.parse(tunnel.deletedAt) > at);
}
