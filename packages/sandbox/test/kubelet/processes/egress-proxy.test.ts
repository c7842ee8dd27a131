import { once } from 'node:events';
import { get, type RequestListener } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { SocksClient } from 'socks';
import type { Resolution } from '../../../src/kubelet/cluster-dns.ts';
import { startEgressProxy } from '../../../src/kubelet/processes/egress-proxy.ts';
import { anOrigin } from '../../an-origin.ts';
import { stopAfterTest } from '../../support/stop-after-test.ts';

interface Place {
  readonly host: string;
  readonly port: number;
}

interface TestProxy extends Place {
  /** The requested names. */
  readonly asked: string[];
}

const GREETING = Buffer.from([5, 1, 0]);

async function aPod(listener: RequestListener): Promise<string> {
  return (await anOrigin(listener)).address;
}

/** A proxy to Pods, which are used in turn. */
async function aProxyTo(pods: readonly string[] = [], requestTimeoutMs?: number): Promise<TestProxy> {
  const asked: string[] = [];
  const resolve = (hostPort: string): Resolution => {
    const address = pods[asked.push(hostPort) - 1] ?? pods[0] ?? '';
    if (hostPort.startsWith('empty.')) return { kind: 'no-endpoints' };
    if (hostPort.startsWith('elsewhere.')) return { kind: 'unknown-host' };
    return { kind: 'address', address };
  };
  const proxy = await startEgressProxy({ resolve, ...(requestTimeoutMs !== undefined && { requestTimeoutMs }) });
  stopAfterTest(() => proxy.stop());
  const { hostname, port } = new URL(proxy.url);
  return { host: hostname, port: Number(port), asked };
}

/** A connection through the proxy with an independent client. */
async function through({ host, port }: Place, target: Place): Promise<Socket> {
  const proxy = { host, port, type: 5 } as const;
  const { socket } = await SocksClient.createConnection({ proxy, command: 'connect', destination: target });
  stopAfterTest(() => socket.destroy());
  return socket;
}

/** Sends raw bytes, and resolves with the response when the proxy has closed the connection. */
async function say(proxy: Place, ...messages: readonly Buffer[]): Promise<number[]> {
  const client = connect(proxy);
  const answer = client.toArray();
  for (const message of messages) client.write(message);
  return Array.from(Buffer.concat((await answer) as Buffer[]));
}

function ask(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const asking = get({ host: 'web', createConnection: () => socket }, (response) => {
      void text(response).then(resolve, reject);
    });
    asking.once('error', reject);
  });
}

const WEB: Place = { host: 'web.default.svc', port: 80 };

/** VER CMD RSV, then the address. */
function request(command: number, ...address: readonly number[]): Buffer {
  return Buffer.from([5, command, 0, ...address, 0, 80]);
}

describe('a connection through the proxy', () => {
  it('leads to a Pod of the requested Service', async () => {
    const proxy = await aProxyTo([await aPod((_request, response) => response.end('through'))]);

    expect(await ask(await through(proxy, WEB))).toBe('through');
    expect(proxy.asked).toEqual(['web.default.svc:80']);
  });

  it('selects a Pod per connection', async () => {
    const pods = await Promise.all(['a', 'b'].map((name) => aPod((_request, response) => response.end(name))));
    const proxy = await aProxyTo(pods);

    expect([await ask(await through(proxy, WEB)), await ask(await through(proxy, WEB))]).toEqual(['a', 'b']);
  });

  it('carries a response that is sent after the request has ended, as TCP does', async () => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      void text(socket).then((question) => socket.end(question.toUpperCase()));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    stopAfterTest(() => server.close());
    const socket = await through(await aProxyTo([`127.0.0.1:${(server.address() as AddressInfo).port}`]), WEB);
    const answer = text(socket);

    socket.end('question');

    expect(await answer).toBe('QUESTION');
  });

  it('ends when the Pod resets it', async () => {
    const server = createServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    stopAfterTest(() => server.close());
    const socket = await through(await aProxyTo([`127.0.0.1:${(server.address() as AddressInfo).port}`]), WEB);
    const closed = once(socket, 'close');

    socket.resume().write('x');

    expect(await closed).toEqual([false]);
  });

  it.each([
    { asked: '10.96.0.1:80', address: [1, 10, 96, 0, 1] },
    { asked: 'web:80', address: [3, 3, ...Buffer.from('web')] },
    { asked: '[fd00::1]:80', address: [4, 0xfd, ...Array.from({ length: 14 }, () => 0), 1] },
  ])('is requested for $asked', async ({ asked, address }) => {
    const proxy = await aProxyTo([await aPod((_request, response) => response.end())]);
    const http = Buffer.from('GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n');

    const answer = Buffer.from(await say(proxy, GREETING, request(1, ...address), http));

    expect(proxy.asked).toEqual([asked]);
    expect([...answer.subarray(0, 12)]).toEqual([5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    expect(answer.subarray(12).toString()).toMatch(/^HTTP\/1.1 200 /);
  });
});

describe('the proxy rejects', () => {
  it.each([
    { what: 'a name outside the cluster: host unreachable', host: 'elsewhere.example.com', code: 4 },
    { what: 'a Service without ready Pods: connection refused', host: 'empty.default.svc', code: 5 },
    { what: 'a Pod that does not listen: connection refused', host: 'web.default.svc', code: 5 },
  ])('$what', async ({ host, code }) => {
    const proxy = await aProxyTo(['127.0.0.1:1']);

    const answer = await say(proxy, GREETING, request(1, 3, host.length, ...Buffer.from(host)));

    expect(answer).toEqual([5, 0, 5, code, 0, 1, 0, 0, 0, 0, 0, 0]);
  });

  it.each([
    { what: 'another version, without a reply', messages: [Buffer.from([4, 1, 0, 80])], answer: [] },
    { what: 'a client that requires a password', messages: [Buffer.from([5, 1, 2])], answer: [5, 0xff] },
    { what: 'BIND', messages: [GREETING, request(2, 1, 127, 0, 0, 1)], answer: [5, 0, 5, 7, 0, 1, 0, 0, 0, 0, 0, 0] },
    {
      what: 'an unknown address type',
      messages: [GREETING, request(1, 9)],
      answer: [5, 0, 5, 8, 0, 1, 0, 0, 0, 0, 0, 0],
    },
    { what: 'an empty name', messages: [GREETING, request(1, 3, 0)], answer: [5, 0] },
  ])('$what', async ({ messages, answer }) => {
    const proxy = await aProxyTo();

    expect(await say(proxy, ...messages)).toEqual(answer);
    expect(proxy.asked).toEqual([]);
  });

  it('a client that does not send its request in time', async () => {
    expect(await say(await aProxyTo([], 20), GREETING, Buffer.from([5, 1, 0]))).toEqual([5, 0]);
  });

  it('a client that disconnects during its request, and serves the next one', async () => {
    const proxy = await aProxyTo([await aPod((_request, response) => response.end('next'))]);
    const client = connect(proxy).resume();
    client.end(Buffer.concat([GREETING, Buffer.from([5, 1])]));
    await once(client, 'close');

    expect(await ask(await through(proxy, WEB))).toBe('next');
  });
});
