import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { probe } from '../../src/kubelet/probe.ts';

const toStop: (() => void)[] = [];
afterEach(() => {
  for (const stop of toStop.splice(0)) stop();
});

async function aServer(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  toStop.push(() => server.close().closeAllConnections());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('an HTTP probe', () => {
  it('requests its path with its headers, like the kubelet', async () => {
    let seen = '';
    const address = await aServer((request, response) => {
      seen = `${request.url} ${String(request.headers['x-a'])} ${request.headers['user-agent']?.split('/')[0]}`;
      response.end();
    });
    const httpGet = { port: 'web', path: '/healthz', httpHeaders: [{ name: 'X-A', value: '1' }] };

    expect(await probe({ httpGet }, (port) => (port === 'web' ? address : undefined))).toBeUndefined();
    expect(seen).toBe('/healthz 1 kube-probe');
  });

  it.each([
    { status: 200, outcome: undefined },
    { status: 302, outcome: undefined },
    { status: 404, outcome: 'HTTP probe failed with statuscode: 404' },
    { status: 503, outcome: 'HTTP probe failed with statuscode: 503' },
  ])('treats $status as $outcome', async ({ status, outcome }) => {
    const address = await aServer((_request, response) => response.writeHead(status).end());

    expect(await probe({ httpGet: { port: 80 } }, () => address)).toBe(outcome);
  });

  it('has a timeout', async () => {
    const address = await aServer(() => undefined);

    expect(await probe({ httpGet: { port: 80 }, timeoutSeconds: 0.02 }, () => address)).toContain('deadline exceeded');
  });
});

describe('a TCP probe', () => {
  it('succeeds with a connection', async () => {
    const address = await aServer(() => undefined);

    expect(await probe({ tcpSocket: { port: 80 } }, () => address)).toBeUndefined();
    expect(await probe({ tcpSocket: { port: 80 } }, () => '127.0.0.1:1')).toContain('ECONNREFUSED');
  });
});

describe('any probe', () => {
  it('fails if nothing listens', async () => {
    expect(await probe({ httpGet: { port: 'web' } }, () => undefined)).toContain('connection refused');
  });

  it('that the sandbox does not support succeeds', async () => {
    expect(await probe({}, () => undefined)).toBeUndefined();
  });
});
