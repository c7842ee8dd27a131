/** Tunnels and what a connector needs to register a connection. */
import type { RegisterRequest } from '../../src/edge/rpc/registration.ts';
import type { EdgeConnection } from '../../src/edge/tunnel-registry.ts';
import type { TestCloud } from './a-cloud.ts';

export const SECRET = Buffer.alloc(32, 7).toString('base64');
export const OTHER_SECRET = Buffer.alloc(32, 8).toString('base64');

export async function aTunnel(cloud: TestCloud, body: object = {}): Promise<{ id: string; path: string }> {
  const tunnels = `/accounts/${cloud.account}/cfd_tunnel`;
  const { result } = await cloud.post(tunnels, { name: 'home', tunnel_secret: SECRET, ...body });
  return { id: String(result['id']), path: `${tunnels}/${String(result['id'])}` };
}

/** A request to register a connection of the connector c1. */
export function aRequest(
  cloud: TestCloud,
  tunnelId: string,
  overrides: Partial<RegisterRequest> = {},
): RegisterRequest {
  return {
    accountTag: cloud.account,
    tunnelId,
    tunnelSecret: SECRET,
    connIndex: 0,
    connector: { id: 'c1', features: ['serialized_headers'], version: '2026.8.2', arch: 'linux_arm64' },
    originLocalIp: '',
    replaceExisting: false,
    previousAttempts: 0,
    ...overrides,
  };
}

export function aConnection(overrides: Partial<EdgeConnection> = {}): EdgeConnection {
  return {
    originIp: '203.0.113.7',
    location: 'ams01',
    open: () => undefined,
    configure: ({ version }) => Promise.resolve({ lastAppliedVersion: version, err: null }),
    drop: () => undefined,
    ...overrides,
  };
}
