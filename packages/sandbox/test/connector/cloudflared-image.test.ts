import { describe, expect, it } from '@jest/globals';
import { CLOUDFLARED_IMAGE, cloudflaredImage } from '../../src/connector/cloudflared-image.ts';
import { dialByName } from '../../src/connector/dial-origin.ts';
import { endContainer } from '../../src/kubelet/end-container.ts';
import type { Container, ContainerStart } from '../../src/kubelet/image.ts';
import { eventually } from '../edge/eventually.ts';
import { stopAfterTest } from '../support/stop-after-test.ts';
import { anEdge, CREDENTIALS, type ScriptedEdge } from './a-connector.ts';

const { accountTag: AccountTag, tunnelId: TunnelID, tunnelSecret: TunnelSecret } = CREDENTIALS;
const TOKEN = Buffer.from(JSON.stringify({ a: AccountTag, t: TunnelID, s: TunnelSecret })).toString('base64');

const dial = dialByName(() => ({ kind: 'unknown-host' }));

function run(edge: ScriptedEdge, start: Partial<ContainerStart>): Container {
  const container = cloudflaredImage({ edge: edge.address, dial, retryBaseMs: 5, spacingMs: 1 }).start({
    pod: { namespace: 'default', name: 'home-0', uid: 'u', ip: '10.0.0.1', loopback: '127.16.0.1' },
    name: 'cloudflared',
    image: 'cloudflare/cloudflared:2026.8.2',
    command: [],
    args: ['tunnel', 'run'],
    env: {},
    files: new Map(),
    mounts: [],
    addressAt: () => undefined,
    ports: [],
    log: () => undefined,
    ...start,
  });
  stopAfterTest(() => endContainer(container, 0));
  return container;
}

describe('the image', () => {
  it.each([
    { image: 'cloudflare/cloudflared', matches: true },
    { image: 'cloudflare/cloudflared:2026.8.2', matches: true },
    { image: 'docker.io/cloudflare/cloudflared:2026.8.2@sha256:00', matches: true },
    { image: 'registry.local:5000/cloudflare/cloudflared', matches: true },
    { image: 'notcloudflare/cloudflared', matches: false },
    { image: 'cloudflare/cloudflared-debug', matches: false },
  ])('matches $image: $matches', ({ image, matches }) => {
    expect(CLOUDFLARED_IMAGE.test(image)).toBe(matches);
  });

  it('runs a connector with the settings of its Pod', async () => {
    const edge = await anEdge();

    const container = run(edge, {
      args: ['tunnel', '--config', '/etc/cloudflared/config.yaml', 'run'],
      env: { TUNNEL_CRED_FILE: '/etc/cloudflared/credentials.json' },
      files: new Map([
        ['/etc/cloudflared/config.yaml', `tunnel: ${TunnelID}\ningress: [{ service: "http_status:404" }]`],
        ['/etc/cloudflared/credentials.json', JSON.stringify({ AccountTag, TunnelID, TunnelSecret })],
      ]),
    });

    await eventually(() => edge.connections.size === 4);
    expect(edge.requests[0]).toMatchObject(CREDENTIALS);
    expect(await endContainer(container, 1000)).toBe(0);
    expect(edge.connections.size).toBe(0);
  });

  it.each([
    {
      case: 'a broken configuration',
      files: new Map([['/etc/cloudflared/config.yaml', 'ingress: [{ service: "x" }]']]),
      code: 1,
    },
    { case: 'an unknown flag', args: ['tunnel', '--nonsense', 'run'], code: 0 },
    { case: 'a command that drops the entry point', command: ['cloudflared', 'tunnel'], args: ['run', '-x'], code: 0 },
  ])('exits with $code for $case', async ({ code, ...start }) => {
    const edge = await anEdge();

    const container = run(edge, { env: { TUNNEL_TOKEN: TOKEN }, ...start });

    expect(await container.exited).toBe(code);
    expect(edge.requests).toEqual([]);
  });
});

async function aRunningContainer(): Promise<{ edge: ScriptedEdge; container: Container; url: string }> {
  const edge = await anEdge();
  const container = run(edge, { env: { TUNNEL_TOKEN: TOKEN, TUNNEL_METRICS: '0.0.0.0:2000' } });
  await eventually(() => container.addressOf(2000) !== undefined && edge.connections.size === 4);
  return { edge, container, url: `http://${container.addressOf(2000)}` };
}

describe('the metrics port', () => {
  it('is the configured one', async () => {
    const { container } = await aRunningContainer();

    expect(container.addressOf(2000)).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(container.addressOf(20241)).toBeUndefined();
  });

  it('reports whether the connector is ready', async () => {
    const { edge, url } = await aRunningContainer();

    const ready = await fetch(`${url}/ready`);
    expect(ready.status).toBe(200);
    const connectorId = edge.requests[0]?.connector.id;
    expect(await ready.json()).toEqual({ status: 200, readyConnections: 4, connectorId });

    edge.refusal = { kind: 'refused', cause: 'Unauthorized: Tunnel not found', shouldRetry: true, retryAfterMs: 0 };
    for (const connection of edge.connections) connection.drop();
    await eventually(() => edge.connections.size === 0 && edge.requests.length > 4);
    const unready = await fetch(`${url}/ready`);
    expect(unready.status).toBe(503);
    expect(await unready.json()).toMatchObject({ status: 503, readyConnections: 0 });
  });

  it('is closed when the process ends', async () => {
    const { container, url } = await aRunningContainer();

    await endContainer(container, 1000);

    await expect(fetch(`${url}/healthcheck`)).rejects.toThrow('fetch failed');
  });
});
