import { describe, expect, it } from '@jest/globals';
import { CREDENTIALS } from '../a-connector.ts';
import { aMirror, leadTo, type SeenRequest, toWeb } from './origins.ts';
import { running, SUBJECTS } from './subjects.ts';

interface Asked {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

describe.each(SUBJECTS)('$name', (subject) => {
  async function seenByOrigin({ path, headers, body }: Asked, originRequest?: string): Promise<SeenRequest> {
    const tunnel = await running(subject, toWeb(originRequest));
    leadTo(tunnel, await aMirror());
    const answer = await tunnel.edge.ask(path, headers, body);
    expect(answer).toMatchObject({ status: 200, src: 'origin' });
    return JSON.parse(answer.body) as SeenRequest;
  }

  it('forwards the request unchanged, with headers about the connector', async () => {
    const visitor = { 'x-test': 'a', 'user-agent': 'me', cookie: 'a=1; b=2', 'accept-encoding': 'br', te: 'trailers' };
    const edge = { 'x-forwarded-for': '192.0.2.1', 'cf-ray': 'ray', 'cf-connecting-ip': '192.0.2.1' };

    const { headers, ...asked } = await seenByOrigin({
      path: '/a%20b//c?x=1;y',
      headers: { ...visitor, ...edge, 'x-forwarded-host': 'claimed' },
    });

    expect(asked).toEqual({ method: 'GET', url: '/a%20b//c?x=1;y', body: '', version: '1.1' });
    expect(headers).toEqual({
      'Accept-Encoding': 'br',
      'Cf-Connecting-Ip': '192.0.2.1',
      'Cf-Ray': 'ray',
      'Cf-Warp-Tag-Id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      Connection: 'keep-alive',
      Cookie: 'a=1; b=2',
      Host: 'app.example.com',
      Te: 'trailers',
      'User-Agent': 'me',
      'X-Forwarded-For': '192.0.2.1',
      'X-Forwarded-Host': 'claimed',
      'X-Test': 'a',
    });
  });

  it.each([
    { case: 'requests gzip if the visitor does not specify an encoding', headers: {}, encoding: 'gzip' },
    { case: 'does not request gzip for a range', headers: { range: 'bytes=0-1' }, encoding: undefined },
    {
      case: 'keeps the encoding that the visitor requests',
      headers: { 'accept-encoding': 'identity' },
      encoding: 'identity',
    },
  ])('$case', async ({ headers, encoding }) => {
    const asked = await seenByOrigin({ headers });

    expect(asked.headers['Accept-Encoding']).toBe(encoding);
    expect(asked.headers).not.toHaveProperty('User-Agent');
  });

  it('sends keep-alive even if it keeps no connection', async () => {
    const { headers } = await seenByOrigin({}, '{keepAliveConnections: -1}');

    expect(headers['Connection']).toBe('keep-alive');
  });

  it('replaces the host with httpHostHeader, and forwards it in another header', async () => {
    const { headers } = await seenByOrigin({}, '{httpHostHeader: inner.test}');

    expect(headers).toMatchObject({ Host: 'inner.test', 'X-Forwarded-Host': 'app.example.com' });
  });

  it('keeps the port in the Host header', async () => {
    const { headers } = await seenByOrigin({ headers: { ':authority': 'app.example.com:8443' } });

    expect(headers['Host']).toBe('app.example.com:8443');
  });

  it.each([
    { case: 'with its length', headers: { 'content-length': '5' }, body: 'hello', length: '5' },
    { case: 'in chunks if its length is unknown', headers: {}, body: 'hello', chunked: 'chunked' },
    { case: 'in chunks for GET too', headers: { ':method': 'GET' }, body: 'hello', chunked: 'chunked' },
    { case: 'in chunks if a POST has none', headers: { ':method': 'POST' }, chunked: 'chunked' },
    {
      case: 'in chunks if a POST has none and says so',
      headers: { ':method': 'POST', 'content-length': '0' },
      chunked: 'chunked',
    },
    { case: 'in chunks if a PATCH has none', headers: { ':method': 'PATCH' }, chunked: 'chunked' },
    { case: 'not at all if a DELETE has none', headers: { ':method': 'DELETE' } },
    { case: 'not at all if a GET has none', headers: {} },
  ])('sends a body $case', async ({ headers, body, length, chunked }) => {
    const asked = await seenByOrigin({ headers, ...(body !== undefined && { body }) });

    expect(asked.body).toBe(body ?? '');
    expect([asked.headers['Content-Length'], asked.headers['Transfer-Encoding']]).toEqual([length, chunked]);
  });

  it('sends a body with its length with disableChunkedEncoding', async () => {
    const asked = await seenByOrigin(
      { headers: { 'content-length': '5' }, body: 'hello' },
      '{disableChunkedEncoding: true}',
    );

    expect([asked.headers['Content-Length'], asked.headers['Transfer-Encoding']]).toEqual(['5', undefined]);
    expect(asked.body).toBe('hello');
  });

  it('reports its rules to the edge, once, if they are its own', async () => {
    const { edge } = await running(subject, toWeb('{connectTimeout: 1m}'));
    await edge.ask();

    expect(edge.reports).toEqual([
      expect.objectContaining({
        ingress: [
          expect.objectContaining({ hostname: 'app.example.com', originRequest: { connectTimeout: 60 } }),
          { hostname: 'status.example.com', service: 'http_status:204', originRequest: {} },
          { service: 'http_status:404', originRequest: {} },
        ],
        'warp-routing': {},
      }),
    ]);
    expect(edge.requests[0]).toMatchObject(CREDENTIALS);
  });
});
