import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { cloudflaredProcess } from '../../src/connector/cloudflared-process.ts';
import { findCloudflared } from '../../src/connector/find-cloudflared.ts';
import { endContainer } from '../../src/kubelet/end-container.ts';
import type { Container, ContainerStart } from '../../src/kubelet/image.ts';
import { probe } from '../../src/kubelet/probe.ts';
import { startEgressProxy } from '../../src/kubelet/processes/egress-proxy.ts';
import { eventually } from '../edge/eventually.ts';
import { aContainerStart } from '../kubelet/a-container.ts';
import { anOrigin } from '../an-origin.ts';
import { stopAfterTest } from '../support/stop-after-test.ts';
import { anEdge, CREDENTIALS, type ScriptedEdge } from './a-connector.ts';
import { standInBinary } from './stand-in-binary.ts';

const { accountTag: AccountTag, tunnelId: TunnelID, tunnelSecret: TunnelSecret } = CREDENTIALS;
const CONFIG = '/etc/cloudflared/config/config.yaml';
const SECRET = '/etc/cloudflared/creds/credentials.json';
const RULES = `
ingress:
  - hostname: app.example.com
    service: http://web.default.svc:80
  - service: http_status:404
`;

interface Running {
  readonly edge: ScriptedEdge;
  readonly container: Container;
  readonly log: string[];
}

/** Runs a Pod as in the operator's Deployment, in a cluster where `web.default.svc` is `origin`. */
async function run(program: string, origin = '127.0.0.1:1', more: Partial<ContainerStart> = {}): Promise<Running> {
  const edge = await anEdge();
  const proxy = await startEgressProxy({
    resolve: (hostPort) =>
      hostPort === 'web.default.svc:80' ? { kind: 'address', address: origin } : { kind: 'unknown-host' },
  });
  stopAfterTest(() => proxy.stop());
  const log: string[] = [];
  const container = cloudflaredProcess({ program, edge: edge.address, proxyUrl: proxy.url }).start(
    aContainerStart({
      image: 'cloudflare/cloudflared:2026.8.2',
      args: ['tunnel', '--config', CONFIG, 'run'],
      env: { TUNNEL_METRICS: '0.0.0.0:2000', TUNNEL_GRACE_PERIOD: '5s', TUNNEL_TRANSPORT_PROTOCOL: 'quic' },
      files: new Map([
        [CONFIG, `tunnel: ${TunnelID}\ncredentials-file: ${SECRET}\n${RULES}`],
        [SECRET, JSON.stringify({ AccountTag, TunnelID, TunnelSecret })],
      ]),
      log: (line) => log.push(line),
      ...more,
    }),
  );
  stopAfterTest(() => endContainer(container, 0));
  return { edge, container, log };
}

async function isReady(container: Container): Promise<boolean> {
  return (await probe({ httpGet: { port: 2000, path: '/ready' } }, () => container.addressOf(2000))) === undefined;
}

/** The behaviour of a cloudflared Pod, with any program. */
function behavesLikeCloudflared(program: string): void {
  it('registers with the mounted credentials, and is ready on an address of its Pod alone', async () => {
    const { edge, container } = await run(program);

    await eventually(() => edge.connections.size > 0);

    expect(edge.requests[0]).toMatchObject(CREDENTIALS);
    expect(container.addressOf(2000)).toBe('127.16.0.9:2000');
    while (!(await isReady(container))) await setTimeout(5); // the metrics server may start after the registration
  });

  it('forwards requests to a Service by name, and answers others by its rules', async () => {
    const origin = await anOrigin((request, response) => response.end(`${request.headers.host} ${request.url}`));
    const { edge } = await run(program, origin.address);
    await eventually(() => edge.connections.size > 0);

    expect(await edge.ask('/a?b=c')).toMatchObject({ status: 200, src: 'origin', body: 'app.example.com /a?b=c' });
    expect(await edge.ask('/', { ':authority': 'other.example.com' })).toMatchObject({ status: 404 });
    expect(edge.reports).toEqual([expect.objectContaining({ ingress: expect.anything() })]);
  });

  it('finds its rules in a default folder, and takes a token instead of credentials', async () => {
    const origin = await anOrigin((_request, response) => response.end('found'));
    const token = btoa(JSON.stringify({ a: AccountTag, t: TunnelID, s: TunnelSecret }));
    const { edge } = await run(program, origin.address, {
      args: ['tunnel', 'run'],
      env: { TUNNEL_METRICS: '0.0.0.0:2000', TUNNEL_TOKEN_FILE: '/etc/cloudflared/creds/token' },
      files: new Map([
        ['/usr/local/etc/cloudflared/config.yaml', `tunnel: ${TunnelID}\ncredentials-file: ${SECRET}\n${RULES}`],
        ['/etc/cloudflared/creds/token', token],
      ]),
    });
    await eventually(() => edge.connections.size > 0);

    expect(await edge.ask()).toMatchObject({ status: 200, body: 'found' });
  });

  it('answers 502 for a Service that does not exist', async () => {
    const { edge } = await run(program);
    await eventually(() => edge.connections.size > 0);

    expect(await edge.ask()).toMatchObject({ status: 502 });
  });

  it('finishes running requests after SIGTERM, and exits with 0', async () => {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const origin = await anOrigin((_request, response) => {
      arrive();
      void released.then(() => response.end('done'));
    });
    const { edge, container } = await run(program, origin.address);
    await eventually(() => edge.connections.size > 0);
    const answer = edge.ask();
    await arrived;

    container.terminate();
    await eventually(() => edge.connections.size === 0);
    release();

    expect((await answer).body).toBe('done');
    expect(await container.exited).toBe(0);
  });

  it.each([
    { case: 'an unknown flag', args: ['tunnel', '--nonsense', 'run'], code: 0 },
    { case: 'no configuration', args: ['tunnel', '--config', '/missing.yaml', 'run'], code: 1 },
  ])('exits with $code for $case', async ({ args, code }) => {
    const { container } = await run(program, undefined, { args });

    expect(await container.exited).toBe(code);
  });
}

describe('the built-in connector as a separate process', () => {
  behavesLikeCloudflared(standInBinary());
});

const real = findCloudflared(process.env);
const describeReal = real === undefined ? describe.skip : describe;

describeReal('the real cloudflared (skipped without CLOUDFLARED_BIN or cloudflared on the PATH)', () => {
  behavesLikeCloudflared(real ?? '');
});
