import { Agent, createServer, get, request as startRequest, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import type { Resolution } from '../../../../sandbox/kubelet/cluster-dns.ts';
import { startEgressProxy } from '../../../../sandbox/kubelet/processes/egress-proxy.ts';
import { anOrigin } from '../../an-origin.ts';
import { stopAfterTest } from '../../stop-after-test.ts';

async function aPod(listener: RequestListener): Promise<string> {
  return (await anOrigin(listener)).address;
}

/** A proxy to Pods, of which the next is chosen for every connection. */
async function aProxyTo(...pods: readonly string[]): Promise<{ host: string; port: number }> {
  let next = 0;
  const proxy = await startEgressProxy((hostPort): Resolution => {
    if (hostPort === 'empty.default.svc:80') return { kind: 'no-endpoints' };
    if (hostPort !== 'web.default.svc:80') return { kind: 'unknown-host' };
    const address = pods[next % pods.length] ?? '';
    next += 1;
    return { kind: 'address', address };
  });
  stopAfterTest(() => proxy.stop());
  const { hostname, port } = new URL(proxy.url);
  return { host: hostname, port: Number(port) };
}

/** What Go does for a plain origin: asks the proxy for the whole URL. */
function ask(
  proxy: { host: string; port: number },
  url: string,
  { body, agent = false }: { body?: string; agent?: Agent | false } = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { host: new URL(url).host, 'X-Case': 'Kept' };
    const options = { ...proxy, path: url, method: body === undefined ? 'GET' : 'POST', headers, agent };
    const request = startRequest(options, (response) => {
      void text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }));
    });
    request.once('error', reject);
    request.end(body);
  });
}

describe('a plain request for a whole URL', () => {
  it('reaches a Pod of the Service as it was sent', async () => {
    const pod = await aPod((request, response) => {
      const { method, url, headers, rawHeaders } = request;
      const head = `${method} ${url} ${headers.host} ${rawHeaders.includes('X-Case')}`;
      void text(request).then((body) => response.end(`${head} ${body}`));
    });

    const { body } = await ask(await aProxyTo(pod), 'http://web.default.svc:80/a?b=c', { body: 'hello' });

    expect(body).toBe('POST /a?b=c web.default.svc true hello');
  });

  it.each([
    { url: 'http://empty.default.svc:80/', case: 'a Service without Pods' },
    { url: 'http://example.com/', case: 'a name outside of the cluster' },
  ])('gets 502 for $case', async ({ url }) => {
    expect(await ask(await aProxyTo(), url)).toMatchObject({ status: 502 });
  });

  it('goes where the first one of its connection went, and elsewhere on another', async () => {
    const pods = await Promise.all(['a', 'b'].map((name) => aPod((_request, response) => response.end(name))));
    const proxy = await aProxyTo(...pods);
    const agent = new Agent({ keepAlive: true });
    stopAfterTest(() => agent.destroy());
    const url = 'http://web.default.svc:80/';

    const kept = [(await ask(proxy, url, { agent })).body, (await ask(proxy, url, { agent })).body];

    expect(kept).toEqual(['a', 'a']);
    expect((await ask(proxy, url)).body).toBe('b');
  });
});

describe('a connection through the proxy', () => {
  it('carries bytes both ways', async () => {
    const proxy = await aProxyTo(await aPod((_request, response) => response.end('through')));
    const tunnel = startRequest({ ...proxy, method: 'CONNECT', path: 'web.default.svc:80' });
    tunnel.end();
    const body = await new Promise<string>((resolve, reject) => {
      tunnel.once('connect', (_answer, socket) => {
        const inner = get({ host: 'web', createConnection: () => socket }, (response) => {
          void text(response).then(resolve, reject);
        });
        inner.once('error', reject);
      });
    });

    expect(body).toBe('through');
  });

  it('is refused for a name outside of the cluster', async () => {
    const proxy = await aProxyTo();
    const tunnel = startRequest({ ...proxy, method: 'CONNECT', path: 'example.com:443' });
    tunnel.end();

    const status = await new Promise((resolve) => {
      tunnel.once('connect', (answer) => resolve(answer.statusCode));
    });

    expect(status).toBe(502);
  });
});

it('an upgrade is passed on with the bytes that follow it', async () => {
  const server = createServer();
  server.on('upgrade', (_request, socket, head: Buffer) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
    socket.write(head);
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  stopAfterTest(() => server.close());
  const proxy = await aProxyTo(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  const client = connect(proxy);
  stopAfterTest(() => client.destroy());
  let seen = '';

  client.write(
    'GET http://web.default.svc:80/x HTTP/1.1\r\nHost: web\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\nping',
  );
  await new Promise<void>((resolve) => {
    client.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      if (seen.endsWith('ping')) resolve();
    });
  });

  expect(seen).toMatch(/^HTTP\/1.1 101 /);
});
