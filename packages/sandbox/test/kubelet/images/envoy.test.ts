import { once } from 'node:events';
import { WebSocket } from 'ws';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findCloudflared } from '../../../src/connector/find-cloudflared.ts';
import { envoy } from '../../../src/kubelet/images/envoy.ts';
import type { KubeApi } from '../../../src/kubernetes/api.ts';
import { isTrue } from '../../../src/kubernetes/controllers/conditions.ts';
import { CONFIG_MAPS, PODS } from '../../../src/kubernetes/controllers/resources.ts';
import type { ContainerSpec, Pod, PodSpec } from '../../../src/kubernetes/controllers/workloads.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox.ts';
import { aConfigMap, aContainer, aPod, change } from '../../controllers/objects.ts';
import { eventually } from '../../support/eventually.ts';
import { describeWithEnvoy } from '../../support/programs.ts';
import { visit } from '../../support/visit.ts';
import { proxyFiles } from './envoy-configuration.ts';

const IMAGE = 'envoyproxy/envoy:distroless-v1.40.0';
const HOST = 'app.example.com';
const ON_LOOPBACK = 'http://127.0.0.1:8080';
const NEVER = { least: 1e9, most: 1e9 };

const PROXY: ContainerSpec = {
  name: 'proxy',
  image: IMAGE,
  restartPolicy: 'Always',
  args: ['-c', '/etc/envoy/bootstrap.json'],
  ports: [{ containerPort: 8080 }],
  startupProbe: { httpGet: { path: '/ready', port: 2001 }, periodSeconds: 1, failureThreshold: 1_000_000 },
  volumeMounts: [
    { name: 'proxy-config', mountPath: '/etc/envoy' },
    { name: 'run', mountPath: '/var/run/proxy' },
  ],
};

const VOLUMES = [
  { name: 'proxy-config', configMap: { name: 'proxy-config' } },
  { name: 'run', emptyDir: {} },
];

let sandbox: Sandbox;
let api: KubeApi;

async function start(cloudflared: string | null = null): Promise<void> {
  sandbox = await startSandbox({ timeScale: 50, cloudflared, kubelet: { secondsBetweenSyncs: NEVER } });
  ({ api } = sandbox.kubernetes);
}

afterEach(() => sandbox.stop());

async function ready(name: string): Promise<string> {
  return eventually(() => {
    const { status } = api.get(PODS, 'default', name) as Pod;
    expect(isTrue(status?.conditions, 'Ready')).toBe(true);
    return status?.podIP ?? '';
  });
}

async function aWebPod(name: string): Promise<string> {
  const container = aContainer({ image: 'traefik/whoami:v1.11', ports: [{ containerPort: 80 }] });
  api.create(PODS, aPod(name, { containers: [container] }));
  return ready(name);
}

function createProxied(main: ContainerSpec, spec: Partial<PodSpec> = {}): void {
  api.create(PODS, aPod('proxied', { initContainers: [PROXY], containers: [main], volumes: VOLUMES, ...spec }));
}

/** The body of a response of the proxy. */
async function throughProxy(): Promise<string> {
  const address = sandbox.kubelet.addressOf({ namespace: 'default', name: 'proxied' }, 8080);
  return (await fetch(`http://${address}/asked`)).text();
}

/** Writes a configuration, and has the kubelet refresh the files of the Pod. */
function reconfigure(data: Record<string, string>): void {
  change(api, CONFIG_MAPS, 'proxy-config', (map) => ({ ...map, data }));
  change(api, PODS, 'proxied', ({ metadata, ...pod }) => ({
    ...pod,
    metadata: { ...metadata, annotations: { config: JSON.stringify(data).slice(-2000).replaceAll(/\W/g, '') } },
  }));
}

describeWithEnvoy('a Pod with the real Envoy as a sidecar', () => {
  beforeEach(() => start());

  it('follows its mounted configuration, and Pods whose ports have moved on this machine', async () => {
    const [first, second] = [await aWebPod('web-1'), await aWebPod('web-2')];
    api.create(CONFIG_MAPS, aConfigMap('proxy-config', {}, proxyFiles(first)));
    createProxied(aContainer({ image: 'traefik/whoami:v1.11', ports: [{ containerPort: 80 }] }));
    await ready('proxied');
    await eventually(async () => expect(await throughProxy()).toMatch(/^Hostname: web-1\n[^]*GET \/asked HTTP/));

    reconfigure(proxyFiles(second));
    await eventually(async () => expect(await throughProxy()).toMatch(/^Hostname: web-2\n[^]*GET \/asked HTTP/));
    reconfigure(proxyFiles(second, '/new/'));
    await eventually(async () => expect(await throughProxy()).toMatch(/^Hostname: web-2\n[^]*GET \/new\/asked HTTP/));

    sandbox.kubelet.kill({ namespace: 'default', name: 'web-2' });
    await eventually(() => expect(api.get(PODS, 'default', 'web-2')).toMatchObject(RESTARTED));
    await eventually(async () => expect(await throughProxy()).toMatch(/^Hostname: web-2\n/));
  });

  it('is restarted like any container, and ends with its Pod', async () => {
    api.create(CONFIG_MAPS, aConfigMap('proxy-config', {}, proxyFiles(await aWebPod('web-1'))));
    createProxied(aContainer({ image: 'traefik/whoami:v1.11' }));
    await ready('proxied');

    sandbox.kubelet.kill({ namespace: 'default', name: 'proxied' }, 'proxy');

    await eventually(() => {
      const { status } = api.get(PODS, 'default', 'proxied') as Pod;
      expect(status?.['initContainerStatuses']).toMatchObject([{ restartCount: 1, ready: true, started: true }]);
    });
    await eventually(async () => expect(await throughProxy()).toMatch(/^Hostname: web-1\n/));
    api.delete(PODS, 'default', 'proxied');
    await eventually(() => expect(api.get(PODS, 'default', 'proxied')).toBeUndefined());
  });
});

const RESTARTED = { status: { containerStatuses: [{ restartCount: 1, ready: true }] } };

interface NewTunnel {
  readonly id: string;
  readonly token: string;
}

/** A tunnel to which the hostname leads. */
async function aTunnel(source: 'local' | 'cloudflare', service: string): Promise<NewTunnel> {
  const { admin, url } = sandbox.cloudflare;
  const account = admin.addAccount({ name: 'test' }).id;
  admin.addZone({ name: 'example.com', account });
  const authorization = `Bearer ${admin.addToken()}`;
  const ask = async (method: string, path: string, body: object): Promise<unknown> => {
    const headers = { authorization, 'content-type': 'application/json' };
    const response = await fetch(`${url}/accounts/${account}/cfd_tunnel${path}`, {
      method,
      headers,
      body: JSON.stringify(body),
    });
    return ((await response.json()) as { readonly result: unknown }).result;
  };
  const tunnel = (await ask('POST', '', { name: 'home', config_src: source })) as NewTunnel;
  if (source === 'cloudflare') {
    await ask('PUT', `/${tunnel.id}/configurations`, { config: { ingress: [{ service }] } });
  }
  admin.addRecord('example.com', {
    type: 'CNAME',
    name: HOST,
    content: `${tunnel.id}.cfargotunnel.com`,
    proxied: true,
  });
  return tunnel;
}

/** A Pod with cloudflared and Envoy, and a Pod to which Envoy leads. */
async function createConnector(source: 'local' | 'cloudflare', service: string): Promise<void> {
  const { id, token } = await aTunnel(source, service);
  api.create(CONFIG_MAPS, aConfigMap('proxy-config', {}, proxyFiles(await aWebPod('web-1'))));
  const config = JSON.stringify({ tunnel: id, ingress: [{ service }] });
  api.create(CONFIG_MAPS, aConfigMap('rules', {}, { 'config.yaml': config }));
  const main: ContainerSpec = {
    name: 'cloudflared',
    image: 'cloudflare/cloudflared:2026.8.2',
    args: ['tunnel', ...(source === 'local' ? ['--config', '/etc/cloudflared/config.yaml'] : []), 'run'],
    env: [
      { name: 'TUNNEL_TOKEN', value: token },
      { name: 'TUNNEL_METRICS', value: '0.0.0.0:2000' },
    ],
    volumeMounts: [
      { name: 'run', mountPath: '/var/run/proxy' },
      ...(source === 'local' ? [{ name: 'rules', mountPath: '/etc/cloudflared' }] : []),
    ],
    readinessProbe: { httpGet: { path: '/ready', port: 2000 }, periodSeconds: 1 },
  };

  createProxied(main, { volumes: [...VOLUMES, { name: 'rules', configMap: { name: 'rules' } }] });
}

/** The answer to a message of a visitor's WebSocket. */
async function echoed(message: string): Promise<string> {
  const url = sandbox.edge.url.replace('http:', 'ws:');
  const socket = new WebSocket(`${url}/echo`, { headers: { host: HOST } });
  await once(socket, 'open');
  socket.send(message);
  const [answer] = (await once(socket, 'message')) as [Buffer];
  socket.terminate();
  return String(answer);
}

const real = findCloudflared(process.env);

describeWithEnvoy('a connector with the real Envoy as a sidecar', () => {
  describe.each([
    { name: 'the built-in connector', program: null },
    ...(real === undefined ? [] : [{ name: 'the real cloudflared', program: real }]),
  ])('and $name', ({ program }) => {
    it.each([
      { source: 'local', service: 'unix:/var/run/proxy/http.sock' },
      { source: 'cloudflare', service: 'unix:/var/run/proxy/http.sock' },
      { source: 'local', service: ON_LOOPBACK },
      { source: 'cloudflare', service: ON_LOOPBACK },
    ] as const)('serves visitors through $service of a configuration that is $source', async ({ source, service }) => {
      await start(program);
      await createConnector(source, service);

      await ready('proxied');
      await eventually(async () => {
        expect(await visit(sandbox.edge.url, HOST)).toMatchObject({
          status: 200,
          body: expect.stringMatching(/^Hostname: web-1\n[^]*Host: app\.example\.com\n/) as unknown as string,
        });
      });
    });

    it('serves WebSockets through the loopback address of the Pod', async () => {
      await start(program);
      await createConnector('local', ON_LOOPBACK);
      await ready('proxied');

      expect(await eventually(() => echoed('hello'))).toBe('hello');
    });
  });
});

describe('a Pod with an image that has no program here', () => {
  it('waits, and says what is missing', async () => {
    const missing = { ...envoy, absence: 'there is no "envoy"' };
    sandbox = await startSandbox({ timeScale: 50, cloudflared: null, images: () => [missing] });
    ({ api } = sandbox.kubernetes);

    api.create(PODS, aPod('proxied', { containers: [aContainer({ image: IMAGE })] }));

    await eventually(() => {
      const { status } = api.get(PODS, 'default', 'proxied') as Pod;
      expect(status?.['containerStatuses']).toMatchObject([
        {
          state: {
            waiting: { reason: 'ErrImagePull', message: `failed to pull image "${IMAGE}": there is no "envoy"` },
          },
        },
      ]);
    });
  });
});
