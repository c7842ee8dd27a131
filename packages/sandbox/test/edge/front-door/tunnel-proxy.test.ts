import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type IncomingMessage, request as startRequest } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { anOrigin } from '../../an-origin.ts';
import { stopAfterTest } from '../../support/stop-after-test.ts';
import { anEdge, type TestEdge } from '../an-edge.ts';

const CONFIG = `
ingress:
  - hostname: lost.example.com
    service: http://gone.default.svc:80
  - service: http://web.default.svc:80
`;

/** A tunnel to an origin that tells what it was asked, with a trailer. No name leads to the tunnel. */
async function aTunnel(): Promise<TestEdge & { readonly address: string }> {
  const world = await anEdge();
  const origin = await anOrigin((request, response) => {
    void text(request).then((body) => {
      const { host } = request.headers;
      response.writeHead(201, { 'Set-Cookie': ['a=1', 'b=2'], Trailer: 'x-checksum' });
      response.write(JSON.stringify({ method: request.method, url: request.url, host, body }));
      response.addTrailers({ 'x-checksum': '42' });
      return response.end();
    });
  });
  world.services.set('web.default.svc:80', { kind: 'address', address: origin.address });
  await world.connector(CONFIG);
  return { ...world, address: `${world.credentials.tunnelId}.cfargotunnel.com:80` };
}

/** Asks the proxy for an address. */
async function tunnelled({ edge }: TestEdge, address: string): Promise<{ readonly status: number; socket: Socket }> {
  const { hostname, port } = new URL(edge.tunnelProxyUrl);
  const request = startRequest({ hostname, port, method: 'CONNECT', path: address }).end();
  const [response, socket] = (await once(request, 'connect')) as [IncomingMessage, Socket];
  stopAfterTest(async () => void socket.destroy());
  return { status: response.statusCode ?? 0, socket };
}

async function overHttp2(world: TestEdge, address: string): Promise<ClientHttp2Session> {
  const { socket } = await tunnelled(world, address);
  const session = connect('http://visitor', { createConnection: () => socket });
  stopAfterTest(async () => session.destroy());
  return session;
}

describe('the proxy to tunnels', () => {
  it('admits a visitor with a name that leads nowhere', async () => {
    const world = await aTunnel();
    const { socket } = await tunnelled(world, world.address);

    const request = startRequest({ createConnection: () => socket, headers: { host: 'any.test' }, path: '/a' }).end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];

    expect(response.statusCode).toBe(201);
    expect(JSON.parse(await text(response))).toMatchObject({ host: 'any.test', url: '/a' });
  });

  it('knows only the addresses of tunnels', async () => {
    const world = await aTunnel();

    expect(await tunnelled(world, 'example.com:80')).toMatchObject({ status: 404 });
  });

  it('speaks HTTP/2 without TLS, with bodies, repeated headers and trailers', async () => {
    const world = await aTunnel();
    const session = await overHttp2(world, world.address);

    const stream = session.request({ ':method': 'POST', ':path': '/b?c', ':authority': 'any.test' });
    stream.end('hello');
    const trailers = once(stream, 'trailers');
    const [headers] = await once(stream, 'response');

    expect(headers).toMatchObject({ ':status': 201, 'set-cookie': ['a=1', 'b=2'], server: 'cloudflare' });
    expect(JSON.parse(await text(stream))).toEqual({ method: 'POST', url: '/b?c', host: 'any.test', body: 'hello' });
    expect((await trailers)[0]).toMatchObject({ 'x-checksum': '42' });
  });

  it.each([
    ['an origin that is not there', (own: string) => own, 'lost.example.com', 502, 'error code: 502'],
    [
      'a tunnel without a connector',
      () => `${'0'.repeat(36)}.cfargotunnel.com:80`,
      'any.test',
      530,
      'error code: 1033',
    ],
  ])('answers for %s as the front door does', async (_case, address, host, status, body) => {
    const world = await aTunnel();
    const session = await overHttp2(world, address(world.address));

    const stream = session.request({ ':authority': host });
    const [headers] = await once(stream, 'response');

    expect(headers).toMatchObject({ ':status': status });
    expect(await text(stream)).toBe(body);
  });
});
