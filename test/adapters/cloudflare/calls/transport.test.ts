import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type CallReport,
  type Transport,
  createTransport,
} from '../../../../src/adapters/cloudflare/calls/transport.ts';
import { breakOff, content, hangUp, json, silence, stall } from '../../../support/answers.ts';
import { type Answer, aServer } from '../../../support/loopback-server.ts';

const ROUTE = 'GET /client/v4/zones';
const GOOD = json({ success: true, errors: [], result: [] });
const LONG_MS = 5_000;

const transports: Transport[] = [];
afterEach(() => {
  for (const transport of transports.splice(0)) transport.close();
});

async function aTransport(timeoutMs = LONG_MS) {
  const server = await aServer();
  const reports: CallReport[] = [];
  const transport = createTransport(timeoutMs, (call) => reports.push(call));
  transports.push(transport);
  const url = `${server.url}/client/v4/zones`;
  return { server, reports, url, fetch: transport.fetch };
}

describe('a call', () => {
  it('sends method, headers and body, and returns status, headers and body of the answer', async () => {
    const { server, url, fetch } = await aTransport();
    server.on('POST /client/v4/zones', json({ success: true, result: 'größer' }, 201, { 'cf-ray': '8f1e-FRA' }));

    const headers = { authorization: 'Bearer token', 'content-type': 'application/json' };
    const response = await fetch(`${url}?page=1`, { method: 'POST', headers, body: '{"name":"größer"}' });

    expect(response.status).toBe(201);
    expect(response.headers.get('cf-ray')).toBe('8f1e-FRA');
    await expect(response.json()).resolves.toEqual({ success: true, result: 'größer' });
    expect(server.requests('POST /client/v4/zones').entries[0]).toMatchObject({
      query: { page: '1' },
      headers: { ...headers, 'content-length': '19' },
      body: '{"name":"größer"}',
    });
  });

  it('reuses the connection of another', async () => {
    const { server, url, fetch } = await aTransport();
    server.on(ROUTE, GOOD);

    for (let call = 0; call < 5; call += 1) await fetch(url);

    expect(server.requests(ROUTE).entries.map(({ connection }) => connection)).toEqual([1, 1, 1, 1, 1]);
  });

  it('shares eight connections with concurrent ones', async () => {
    const { server, url, fetch } = await aTransport();
    server.on(ROUTE, GOOD);

    await Promise.all(Array.from({ length: 30 }, () => fetch(url)));

    const connections = server.requests(ROUTE).entries.map(({ connection }) => connection);
    expect(connections).toHaveLength(30);
    expect(Math.max(...connections)).toBeLessThanOrEqual(8);
  });

  it('does not follow a redirect, so that the token reaches no other server', async () => {
    const { server, url, fetch } = await aTransport();
    server.on(ROUTE, content('', 'text/html', 302, { location: `${server.url}/elsewhere` }));

    const response = await fetch(url);

    expect(response.status).toBe(302);
    expect(server.requests('GET /elsewhere').entries).toEqual([]);
  });

  it('accepts an answer without a body', async () => {
    const { server, url, fetch } = await aTransport();
    server.on(ROUTE, (response) => void response.writeHead(204).end());

    const response = await fetch(url);

    expect(response.status).toBe(204);
    await expect(response.text()).resolves.toBe('');
  });
});

describe('an answer 200', () => {
  it('whose body says "success": false counts as a bad gateway, and keeps its body', async () => {
    const { server, url, fetch } = await aTransport();
    const body = { success: false, errors: [{ code: 10013, message: 'Internal error' }], result: null };
    server.on(ROUTE, json(body));

    const response = await fetch(url);

    expect(response.status).toBe(502);
    await expect(response.json()).resolves.toEqual(body);
  });

  it.each([
    { case: 'is a success inside of which something else failed', body: { success: true, result: { success: false } } },
    { case: 'quotes the words', body: { success: true, result: '"success": false' } },
  ])('stays a 200 if it $case', async ({ body }) => {
    const { server, url, fetch } = await aTransport();
    server.on(ROUTE, json(body));

    await expect(fetch(url)).resolves.toMatchObject({ status: 200 });
  });
});

describe('no answer', () => {
  it.each<{ case: string; answer: Answer; code: string }>([
    { case: 'before the headers', answer: silence, code: 'ABORT_ERR' },
    { case: 'in the middle of the body', answer: stall('{"success": true}'), code: 'ECONNRESET' },
  ])('within the time limit ends the call, $case', async ({ answer, code }) => {
    const { server, url, fetch, reports } = await aTransport(300);
    server.on(ROUTE, answer);

    await expect(fetch(url)).rejects.toMatchObject({ cause: { code } });
    expect(reports).toMatchObject([{ status: 0 }]);
  });

  it.each<{ case: string; answer: Answer }>([
    { case: 'is closed', answer: hangUp },
    { case: 'is reset in the middle of the body', answer: breakOff('{"success": true}') },
  ])('because the connection $case is reported as such', async ({ answer }) => {
    const { server, url, fetch, reports } = await aTransport();
    server.on(ROUTE, answer);

    await expect(fetch(url)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(reports).toMatchObject([{ status: 0 }]);
  });

  it('ends when the caller aborts', async () => {
    const { server, url, fetch } = await aTransport();
    server.on(ROUTE, silence);
    const abort = new AbortController();

    const call = fetch(url, { signal: abort.signal });
    void server
      .requests(ROUTE)
      .reaches(1)
      .then(() => abort.abort());

    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('the report', () => {
  it('names method, path, status and duration of every call', async () => {
    const { server, url, fetch, reports } = await aTransport();
    server.on(ROUTE, GOOD, json({ success: false, errors: [] }, 403));

    await fetch(`${url}?page=1`);
    await fetch(url);

    expect(reports).toEqual([
      { method: 'GET', path: '/client/v4/zones', status: 200, seconds: expect.any(Number) },
      { method: 'GET', path: '/client/v4/zones', status: 403, seconds: expect.any(Number) },
    ]);
    expect(reports[0]?.seconds).toBeGreaterThan(0);
    expect(reports[0]?.seconds).toBeLessThan(LONG_MS / 1000);
  });
});
