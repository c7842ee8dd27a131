import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { ruleVersionReader } from '../../../src/adapters/cloudflared/rule-version.ts';
import type { Pod } from '../../../src/api/objects.ts';
import { aServer } from '../../support/loopback-server.ts';

const never = new AbortController().signal;

function aPod(podIP?: string): Pod {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, status: podIP === undefined ? {} : { podIP } };
}

/** A proxy that answers for every pod. `asked`: the URLs of its requests. */
async function aProxy(status: number, body: string) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  stops.push(() => server.close());
  return { asked, url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) };
}

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

const METRICS = [
  '# TYPE cloudflared_orchestration_config_version gauge',
  'cloudflared_orchestration_config_version 7',
  'cloudflared_tunnel_ha_connections 4',
];

it.each([
  { name: 'is read from the metrics', status: 200, lines: METRICS, version: 7 },
  {
    name: 'is -1 before the first push',
    status: 200,
    lines: ['cloudflared_orchestration_config_version -1'],
    version: -1,
  },
  { name: 'is unknown without the metric', status: 200, lines: ['cloudflared_tunnel_ha_connections 4'] },
  { name: 'is unknown if it is not a number', status: 200, lines: ['cloudflared_orchestration_config_version NaN'] },
  { name: 'is unknown if the pod answers with an error', status: 503, lines: METRICS },
  { name: 'is unknown if the metrics have no end', status: 200, lines: [...METRICS, 'x'.repeat(2 ** 20)] },
])('the version of the rules in a pod $name', async ({ status, lines, version }) => {
  const proxy = await aProxy(status, `${lines.join('\n')}\n`);

  await expect(ruleVersionReader(proxy.url)(aPod('10.0.0.1'), never)).resolves.toBe(version);
  expect(proxy.asked).toEqual(['GET http://10.0.0.1:2000/metrics']);
});

it.each([
  { podIP: '10.0.0.1', url: 'http://10.0.0.1:2000/metrics' },
  { podIP: 'fd00::1', url: 'http://[fd00::1]:2000/metrics' },
])('a pod is requested at its address: $podIP', async ({ podIP, url }) => {
  const proxy = await aProxy(200, '');
  await ruleVersionReader(proxy.url)(aPod(podIP), never);

  expect(proxy.asked).toEqual([`GET ${url}`]);
});

it('a pod without an address gets no request', async () => {
  const proxy = await aProxy(200, METRICS.join('\n'));

  await expect(ruleVersionReader(proxy.url)(aPod(), never)).resolves.toBeUndefined();
  expect(proxy.asked).toEqual([]);
});

it('a pod that is unreachable or does not answer in time has no version', async () => {
  const server = await aServer();
  server.on('GET /metrics', () => undefined);

  await expect(ruleVersionReader()(aPod('127.255.255.254'), never)).resolves.toBeUndefined();
  await expect(ruleVersionReader(new URL(server.url))(aPod('10.0.0.1'), never)).resolves.toBeUndefined();
});

it('the end of the pass cancels the request', async () => {
  const proxy = await aProxy(200, '');
  const ended = AbortSignal.abort();

  await expect(ruleVersionReader(proxy.url)(aPod('10.0.0.1'), ended)).rejects.toThrow('aborted');
});
