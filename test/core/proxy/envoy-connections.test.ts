/** How the real Envoy treats connections: timeouts, retries, and every protocol of pods. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createCertificateAuthority } from 'cftunnel-sandbox/edge/server/certificate-authority';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { WebSocket, WebSocketServer } from 'ws';
import type { Backend, ProxyRule } from '../../../src/core/model/proxy-rule.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { describeWith } from '../../support/programs.ts';
import { aProxiedRoute, aRule } from '../../support/proxy-rules.ts';
import { ProxyWorld } from '../../support/proxy-world.ts';
import { aRoute } from '../../support/routes.ts';

const HOST = 'a.example.com';

describeWith('envoy', 'a connection through Envoy', (program) => {
  let world: ProxyWorld;
  beforeAll(async () => {
    world = await ProxyWorld.start(program);
  });
  afterAll(() => world.stop());

  const through = (rule: Partial<ProxyRule>): Promise<void> => world.serve([aProxiedRoute(HOST, { rule })]);

  it('has no time limit but those of its route', async () => {
    const [pod] = await world.service('shop/slow', ['slow'], { answer: () => undefined });

    await through({ ...aRule(['shop/slow']), timeouts: { requestMs: 100 } });
    expect((await world.ask({ host: HOST })).status).toBe(504);

    await through({ ...aRule(['shop/slow']), timeouts: { attemptMs: 100 }, retry: { attempts: 3, codes: [503] } });
    const before = pod?.requests.length ?? 0;
    expect((await world.ask({ host: HOST })).status).toBe(504);
    expect(pod?.requests).toHaveLength(before + 1);
  });

  it('is tried again for the codes of its route, as often as that says', async () => {
    const codes = [503, 500, 200];
    const [pod] = await world.service('shop/shaky', ['shaky'], {
      answer: (_, response) => void response.writeHead(codes.shift() ?? 200).end('done'),
    });

    await through({ ...aRule(['shop/shaky']), retry: { attempts: 2, codes: [500, 503], backoffMs: 1 } });

    expect(await world.ask({ host: HOST, method: 'POST', body: 'x' })).toMatchObject({ status: 200, text: 'done' });
    expect(pod?.requests).toHaveLength(3);
  });

  it('reaches another pod if one is gone, whatever the method', async () => {
    const [gone, ...left] = await world.service('shop/web', ['web-1', 'web-2', 'web-3']);
    await through(aRule(['shop/web']));
    await gone?.stop();

    const answers = await Promise.all(
      Array.from({ length: 60 }, () => world.ask({ host: HOST, method: 'POST', body: 'x' })),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(left.map(({ requests }) => requests.length > 0)).toEqual([true, true]);
  });

  it('is tried for seconds while no pod is left, so that it reaches one that is about to be known', async () => {
    const pods = await world.service('shop/moved', ['m-1', 'm-2']);
    await through(aRule(['shop/moved']));
    await Promise.all(pods.map((pod) => pod.stop()));
    const failures = async (): Promise<number> => {
      const { text } = await world.envoy.page('/stats/prometheus');
      return Number(/^envoy_cluster_upstream_cx_connect_fail\{.*shop.moved.*\} (\d+)/m.exec(text)?.[1] ?? 0);
    };

    const answer = world.ask({ host: HOST, method: 'POST', body: 'x' });
    await eventually(async () => expect(await failures()).toBeGreaterThan(6));
    await world.service('shop/moved', ['m-3']);
    await world.serve();

    expect((await answer).status).toBe(200);
  });

  it.each([
    { method: 'GET', status: 200 },
    { method: 'POST', status: 503 },
  ])('that ends without an answer is tried again only if that does no harm: $method', async ({ method, status }) => {
    const failing = await world.pod('failing', { answer: (request) => void request.socket.destroy() });
    const working = await world.pod('working');
    await through(aRule(['shop/half']));
    world.endpoints('shop/half', [failing, working]);
    await world.serve();

    const answers = await Promise.all(Array.from({ length: 20 }, () => world.ask({ host: HOST, method })));

    expect(Math.max(...answers.map((answer) => answer.status))).toBe(status);
  });

  it('spreads requests of one client over the pods', async () => {
    await world.service('shop/wide', ['w-1', 'w-2', 'w-3']);
    await through(aRule(['shop/wide']));

    const counts = Object.values(await world.tally(600, { host: HOST }));

    expect(counts).toHaveLength(3);
    for (const count of counts) expect(Math.abs(count - 200)).toBeLessThan(70);
  });

  it('carries HTTP/2 to pods without TLS', async () => {
    await world.service('shop/h2c', ['h2c'], { isHttp2: true });
    await through({ backends: [{ weight: 1, backend: { service: 'shop/h2c', port: 80, protocol: 'h2c' } }] });

    expect(await world.echo({ host: HOST, path: '/x' })).toMatchObject({ version: '2.0', url: '/x' });
  });

  it('carries gRPC with its trailers over the socket for HTTP/2', async () => {
    await world.service('shop/grpc', ['grpc'], {
      isHttp2: true,
      answer: (_, response) => {
        response.writeHead(200, { 'content-type': 'application/grpc' });
        response.addTrailers({ 'grpc-status': '0', 'grpc-message': 'fine' });
        response.end('message');
      },
    });
    const backend: Backend = { service: 'shop/grpc', port: 80, protocol: 'h2c' };
    await through({ backends: [{ weight: 1, backend }], isHttp2: true });

    const headers = { 'content-type': 'application/grpc', te: 'trailers' };
    const answer = await world.ask({
      host: HOST,
      path: '/pkg.Service/Method',
      method: 'POST',
      body: 'x',
      headers,
      isHttp2: true,
    });

    expect(answer).toMatchObject({
      status: 200,
      text: 'message',
      trailers: { 'grpc-status': '0', 'grpc-message': 'fine' },
    });
  });

  it('carries WebSockets', async () => {
    const [pod] = await world.service('shop/ws', ['ws']);
    const sockets = new WebSocketServer({ noServer: true });
    pod?.server.on('upgrade', (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (client) => {
        client.on('message', (message: Buffer) => client.send(message));
      });
    });
    await through({ ...aRule(['shop/ws']), timeouts: { requestMs: 1000 } });

    const client = new WebSocket(`ws://${world.address}/chat`, { headers: { host: HOST } });
    await once(client, 'open');
    client.send('hello');
    const [message] = (await once(client, 'message')) as [Buffer];
    client.close();
    await once(client, 'close');

    expect(String(message)).toBe('hello');
  });

  it('verifies the certificate of a pod as its route says', async () => {
    const authority = await createCertificateAuthority();
    writeFileSync(join(world.configFolder, 'ca-f1.pem'), authority.caPem);
    await world.service('shop/tls', ['tls'], { certificate: await authority.issue('tls.internal') });
    const known = { name: 'ca', fingerprint: 'f1' };
    const statusWith = async (tls: Backend['tls']): Promise<number> => {
      const backend: Backend = {
        service: 'shop/tls',
        port: 443,
        protocol: 'https',
        ...(tls === undefined ? {} : { tls }),
      };
      await through({ backends: [{ weight: 1, backend }] });
      return (await world.ask({ host: HOST })).status;
    };

    expect(await statusWith(undefined)).toBe(200);
    expect(await statusWith({ serverName: 'tls.internal', caPool: known })).toBe(200);
    expect(await statusWith({ serverName: 'other.internal', caPool: known })).toBe(503);
    expect(await statusWith({ serverName: 'tls.internal' })).toBe(503);
  });

  it('keeps the settings of a route that only shares its hostname with one for the proxy', async () => {
    const authority = await createCertificateAuthority();
    await world.service('shop/plain', ['plain'], { certificate: await authority.issue('plain.internal') });
    const plain: Route = {
      ...aRoute(HOST, 'shop/plain', 'https://plain.shop.svc:443'),
      originRequest: { noTLSVerify: true, httpHostHeader: 'inner.test', connectTimeout: '1s' },
    };
    await world.serve([plain, { ...aProxiedRoute(HOST), path: { type: 'Prefix', value: '/x' } }]);

    expect(await world.echo({ host: HOST })).toMatchObject({ pod: 'plain', headers: { host: 'inner.test' } });
  });

  it('shows nothing of the admin interface but two pages', async () => {
    const statuses = await Promise.all(
      ['/ready', '/stats/prometheus', '/', '/config_dump', '/ready/../config_dump', '/quitquitquit'].map(
        async (path) => (await world.envoy.page(path)).status,
      ),
    );

    expect(statuses).toEqual([200, 200, 404, 404, 404, 404]);
  });
});
