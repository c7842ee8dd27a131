import { ApiError } from '../http/api-error.ts';
import type { Call } from '../http/endpoint.ts';
import { param } from '../http/endpoint.ts';
import type { ConfigSource, Tunnel } from '../state/model.ts';
import { invalidTunnelRequest } from './tunnel-errors.ts';

/** Tunnels of the account that are not deleted. */
export function liveTunnels(call: Call): Tunnel[] {
  const account = param(call, 'account');
  return call.cloud.tunnels.values().filter((tunnel) => tunnel.accountId === account && tunnel.deletedAt === null);
}

/** Validates a name: present, and not used by another existing tunnel of the account. */
export function readName(call: Call, value: unknown, ownId?: string): string {
  if (typeof value !== 'string' || value === '') throw invalidTunnelRequest('Tunnel name must not be empty');
  const isTaken = liveTunnels(call).some((tunnel) => tunnel.name === value && tunnel.id !== ownId);
  if (isTaken) {
    throw new ApiError(409, [
      {
        code: 1013,
        message:
          'You already have a tunnel with this name. Delete the existing tunnel, or choose a different name for your new tunnel',
      },
    ]);
  }
  return value;
}

/** Validates a secret: standard base64 of at least 32 bytes. */
export function readSecret(value: unknown): string {
  const isBase64 = typeof value === 'string' && /^[A-Za-z0-9+/]+={0,2}$/.test(value) && value.length % 4 === 0;
  if (!isBase64 || Buffer.from(value, 'base64').length < 32) {
    throw invalidTunnelRequest('tunnel_secret must be at least 32 bytes encoded as base64');
  }
  return value;
}

export function readConfigSource(value: unknown): ConfigSource {
  if (value === undefined) return 'local';
  if (value === 'local' || value === 'cloudflare') return value;
  throw invalidTunnelRequest('config_src must be "local" or "cloudflare"');
}
