import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { anOrigin } from '../../an-origin.ts';
import type { Answer } from '../a-connector.ts';
import { aMirror, aParrot, leadTo, toWeb } from './origins.ts';
import { logged, running, SUBJECTS } from './subjects.ts';

const namesOf = ({ headers }: Answer) => headers.map(([name]) => name).toSorted();

describe.each(SUBJECTS)('$name', (subject) => {
  async function answerTo(origin: string, headers: Record<string, string> = {}): Promise<Answer> {
    const tunnel = await running(subject, toWeb());
    leadTo(tunnel, origin);
    return tunnel.edge.ask('/', headers);
  }

  it('forwards a response with all headers except hop-by-hop ones', async () => {
    const origin = await aParrot(
      [
        'HTTP/1.1 418 Fine',
        'Content-Type: a',
        'set-cookie: a=1',
        'Set-Cookie: b=2',
        'cf-int-x: 1',
        'Cf-Cloudflared-Y: 2',
        'cf-proxy-z: 3',
        'Connection: close',
        'Keep-Alive: timeout=5',
        'x-odd_name: caf\xe9',
        'Upgrade: h2c',
        'Transfer-Encoding: chunked',
        '',
        '4\r\nbody\r\n0\r\n\r\n',
      ].join('\r\n'),
    );

    const answer = await answerTo(origin);

    expect(answer).toMatchObject({ status: 418, src: 'origin', body: 'body' });
    expect(answer.headers.toSorted(([a], [b]) => a.localeCompare(b))).toEqual([
      ['Content-Type', 'a'],
      ['Keep-Alive', 'timeout=5'],
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
      ['Upgrade', 'h2c'],
      ['X-Odd_name', 'caf\xe9'],
    ]);
  });

  it('keeps a Keep-Alive header of the origin', async () => {
    expect(namesOf(await answerTo(await aMirror()))).toEqual(['Connection', 'Content-Length', 'Date', 'Keep-Alive']);
  });

  it('forwards trailers', async () => {
    const { address } = await anOrigin((_request, response) => {
      response.writeHead(200, { Trailer: 'X-Sum' }).write('tea');
      response.addTrailers({ 'X-Sum': '3' });
      response.end();
    });

    expect(await answerTo(address)).toMatchObject({ body: 'tea', trailers: { 'x-sum': '3' } });
  });

  it.each([
    { case: 'decompresses it if the visitor did not request gzip', headers: {}, body: 'zipped', encoding: [] },
    {
      case: 'keeps it compressed if the visitor did',
      headers: { 'accept-encoding': 'gzip' },
      body: gzipSync('zipped').toString(),
      encoding: ['gzip'],
    },
  ])('$case', async ({ headers, body, encoding }) => {
    const { address } = await anOrigin((_request, response) => {
      const zipped = gzipSync('zipped');
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': zipped.length }).end(zipped);
    });

    const answer = await answerTo(address, headers);

    expect(answer.body).toBe(body);
    expect(answer.headers.filter(([name]) => name === 'Content-Encoding').map(([, value]) => value)).toEqual(encoding);
    expect(namesOf(answer).includes('Content-Length')).toBe(encoding.length > 0);
  });

  it.each([
    { case: '100 Continue', first: 'HTTP/1.1 100 Continue\r\n\r\n' },
    { case: '103 Early Hints', first: 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n' },
  ])('waits for the response after $case', async ({ first }) => {
    const answer = await answerTo(await aParrot(`${first}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi`));

    expect(answer).toMatchObject({ status: 200, body: 'hi', headers: [['Content-Length', '2']] });
  });

  it('reads a response without a length to its end', async () => {
    expect(await answerTo(await aParrot('HTTP/1.0 200 OK\r\n\r\nhi'))).toMatchObject({ status: 200, body: 'hi' });
  });

  it('forwards a redirect', async () => {
    const origin = await aParrot('HTTP/1.1 302 Found\r\nLocation: http://web/x\r\nContent-Length: 0\r\n\r\n');

    expect(await answerTo(origin)).toMatchObject({
      status: 302,
      headers: expect.arrayContaining([['Location', 'http://web/x']]),
    });
  });

  it('forwards a protocol switch that was not requested', async () => {
    const origin = await aParrot('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n');

    const answer = await answerTo(origin);

    expect(answer).toMatchObject({ status: 200, src: 'origin' });
    expect(namesOf(answer)).toEqual(['Connection', 'Upgrade']);
  });

  it.each([
    { method: 'HEAD', status: 200 },
    { method: 'GET', status: 204 },
    { method: 'GET', status: 304 },
  ])('has no body for $method with $status', async ({ method, status }) => {
    const { address } = await anOrigin((_request, response) => response.writeHead(status).end());

    expect(await answerTo(address, { ':method': method })).toMatchObject({ status, body: '' });
  });

  it('aborts the response if the origin does', async () => {
    const origin = await aParrot('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhi');

    await expect(answerTo(origin)).rejects.toThrow('NGHTTP2_INTERNAL_ERROR');
  });

  it.each([
    { case: 'the origin does not speak HTTP', bytes: 'nonsense\r\n\r\n' },
    { case: 'the origin closes the connection without a response', bytes: '' },
  ])('answers 502 if $case', async ({ bytes }) => {
    const tunnel = await running(subject, toWeb());
    leadTo(tunnel, await aParrot(bytes));

    expect(await tunnel.edge.ask()).toMatchObject({ status: 502, src: 'cloudflared', headers: [], body: '' });
    const line = await logged(tunnel, 'Unable to reach the origin service. The service may be down');
    expect(line).toMatch(/ ERR .*ingressRule=0 originService=http:\/\/web\.default\.svc:80/);
  });

  it.each([
    { case: 'a Service that does not exist', resolution: { kind: 'unknown-host' } as const },
    { case: 'a Service without Pods', resolution: { kind: 'no-endpoints' } as const },
    { case: 'a Pod that does not listen', resolution: { kind: 'address', address: '127.0.0.1:1' } as const },
  ])('answers 502 for $case', async ({ resolution }) => {
    const tunnel = await running(subject, toWeb());
    tunnel.services.set('web.default.svc:80', resolution);

    expect(await tunnel.edge.ask()).toMatchObject({ status: 502, src: 'cloudflared', headers: [], body: '' });
    await logged(tunnel, 'Unable to reach the origin service. The service may be down');
  });

  it('answers a fixed status like an origin, and 503 without rules', async () => {
    const { edge } = await running(subject, toWeb());
    const without = await running(subject, '');

    expect(await edge.ask('/', { ':authority': 'status.example.com' })).toMatchObject({ status: 204, src: 'origin' });
    expect(await edge.ask('/', { ':authority': 'x.example.org' })).toMatchObject({ status: 404, src: 'origin' });
    expect(await without.edge.ask()).toMatchObject({ status: 503, src: 'origin', headers: [], body: '' });
    await logged(without, 'cloudflared will return 503 for all incoming HTTP requests');
  });

  it('serves hello_world', async () => {
    const { edge } = await running(subject, 'ingress: [{service: hello_world}]');

    const answer = await edge.ask();

    expect(answer).toMatchObject({ status: 200, src: 'origin' });
    expect(answer.body).toContain('Cloudflare Tunnel Connection');
  });
});
