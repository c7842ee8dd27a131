import { describe, expect, it } from '@jest/globals';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { json } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { anOrigin } from '../an-origin.ts';
import { visit } from '../support/visit.ts';
import { anEdge, type TestEdge } from './an-edge.ts';

const HOST = 'app.example.com';
const TEAM = 'acme.cloudflareaccess.com';
const SERVICE_AUTH = { decision: 'non_identity', include: [{ everyone: {} }] };

/** An edge with an application of app.example.com, and an origin that returns the headers that it got. */
async function aProtectedEdge(policy: Readonly<Record<string, unknown>>, rule = '') {
  const test = await anEdge();
  const { cloud, credentials, edge, services } = test;
  cloud.admin.access.enable({ account: credentials.accountTag, team: 'acme' });
  const { address } = await anOrigin((asked, response) => response.end(JSON.stringify(asked.headers)));
  services.set('web:80', { kind: 'address', address });
  services.set(`${TEAM}:443`, { kind: 'address', address: new URL(edge.secureUrl).host });
  const application = { type: 'self_hosted', domain: HOST, policies: [{ name: 'p', ...policy }] };
  const { aud } = await post(test, 'apps', application);
  test.route('app');
  const configYaml = `ingress:\n  - hostname: ${HOST}\n    service: http://web:80\n    originRequest: {${rule.replace('AUD', aud)}}\n  - service: http_status:404\n`;
  await test.connector(configYaml, { rootsPem: edge.caPem });
  return { ...test, aud };
}

const CHECKED = `access: {required: true, teamName: acme, audTag: [AUD]}`;

async function post(
  { cloud, credentials }: TestEdge,
  kind: string,
  body: unknown,
): Promise<{ readonly aud: string; readonly client_id: string; readonly client_secret: string }> {
  const headers = { authorization: `Bearer ${cloud.admin.addToken()}` };
  const url = `${cloud.url}/accounts/${credentials.accountTag}/access/${kind}`;
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return ((await answer.json()) as { readonly result: never }).result;
}

function received(body: string): IncomingHttpHeaders {
  return JSON.parse(body) as IncomingHttpHeaders;
}

describe('the edge with Access', () => {
  it('answers itself to whoever may not enter', async () => {
    const { edge } = await aProtectedEdge({ decision: 'allow', include: [{ email: { email: 'me@example.com' } }] });

    const { status, headers } = await visit(edge.url, HOST, '/a?b');

    expect([status, headers.server]).toEqual([302, 'cloudflare']);
    expect(headers.location).toMatch(
      /^https:\/\/acme\.cloudflareaccess\.com\/cdn-cgi\/access\/login\/app\.example\.com\?/,
    );
  });

  it('tells the origin who somebody is that has signed in', async () => {
    const { edge, cloud } = await aProtectedEdge({
      decision: 'allow',
      include: [{ email_domain: { domain: 'example.com' } }],
    });
    const cookie = cloud.gate.signIn({ email: 'me@example.com', host: HOST }) ?? '';

    const { status, body } = await visit(edge.url, HOST, '/', { headers: { cookie } });

    expect(status).toBe(200);
    expect(received(body)).toMatchObject({
      'cf-access-authenticated-user-email': 'me@example.com',
      'cf-access-jwt-assertion': cookie.split('=')[1],
    });
  });

  it('takes forged headers, and credentials that are meant for it, from a request', async () => {
    const { edge } = await aProtectedEdge({ decision: 'bypass', include: [{ everyone: {} }] });

    const { body } = await visit(edge.url, HOST, '/', {
      headers: {
        'Cf-Access-Jwt-Assertion': 'x',
        'Cf-Access-Authenticated-User-Email': 'x',
        'CF-Access-Client-Id': 'x',
        'CF-Access-Client-Secret': 'x',
        'Sandbox-Visitor-Country': 'PT',
        'X-Other': 'x',
      },
    });

    const names = Object.keys(received(body)).filter((name) => /^(?:cf-access|sandbox|x-other)/.test(name));
    expect(names).toEqual(['x-other']);
    expect(received(body)['cf-ipcountry']).toBe('PT');
  });

  it('judges by the address and the country that a test says', async () => {
    const { edge } = await aProtectedEdge({
      decision: 'bypass',
      include: [{ ip: { ip: '192.0.2.0/24' } }],
      require: [{ geo: { country_code: 'PT' } }],
    });
    const statusOf = async (headers: Record<string, string>) => (await visit(edge.url, HOST, '/', { headers })).status;

    const office = { 'sandbox-visitor-address': '192.0.2.7', 'sandbox-visitor-country': 'PT' };
    expect(await statusOf(office)).toBe(200);
    expect(await statusOf({ ...office, 'sandbox-visitor-country': 'ES' })).toBe(403);
    expect(await statusOf({})).toBe(403);
  });

  it('closes WebSockets too', async () => {
    const { edge } = await aProtectedEdge({ decision: 'deny', include: [{ everyone: {} }] });

    const socket = new WebSocket(edge.url.replace('http', 'ws'), { headers: { host: HOST } });
    const status = await new Promise((resolve, reject) => {
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.once('open', () => reject(new Error('open')));
    });

    expect(status).toBe(403);
  });

  it('has the site of the team, with its keys', async () => {
    const { edge } = await aProtectedEdge(SERVICE_AUTH);
    const { port } = new URL(edge.secureUrl);

    const response = await new Promise<{ readonly status: number; readonly body: unknown }>((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port,
        servername: TEAM,
        ca: edge.caPem,
        headers: { host: TEAM },
        agent: false,
      };
      request({ ...options, path: '/cdn-cgi/access/certs' }, (answer) => {
        json(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject);
      })
        .once('error', reject)
        .end();
    });

    expect(response).toEqual({
      status: 200,
      body: { keys: [expect.objectContaining({ kty: 'RSA', alg: 'RS256', use: 'sig', kid: expect.any(String) })] },
    });
    expect((await visit(edge.url, 'other.cloudflareaccess.com')).status).toBe(530);
  });
});

describe('a connector that checks tokens', () => {
  it('accepts what the edge has let in', async () => {
    const { edge, cloud } = await aProtectedEdge({ decision: 'allow', include: [{ everyone: {} }] }, CHECKED);
    const cookie = cloud.gate.signIn({ email: 'me@example.com', host: HOST }) ?? '';

    expect((await visit(edge.url, HOST, '/', { headers: { cookie } })).status).toBe(200);
    expect((await visit(edge.url, HOST)).status).toBe(302);
  });

  it('lets in a machine with a service token', async () => {
    const test = await aProtectedEdge(
      { decision: 'non_identity', include: [{ any_valid_service_token: {} }] },
      CHECKED,
    );
    const { client_id: id, client_secret: secret } = await post(test, 'service_tokens', { name: 'robot' });
    const headers = { 'CF-Access-Client-Id': id, 'CF-Access-Client-Secret': secret };

    expect((await visit(test.edge.url, HOST, '/', { headers })).status).toBe(200);
    expect(
      (await visit(test.edge.url, HOST, '/', { headers: { ...headers, 'CF-Access-Client-Secret': 'x' } })).status,
    ).toBe(401);
  });

  it.each([
    { case: 'is deleted', change: ({ cloud }: TestEdge, id: string) => cloud.admin.access.deleteApplication(id) },
    {
      case: 'protects another host now',
      change: ({ cloud }: TestEdge, id: string) =>
        cloud.admin.access.editApplication(id, { domain: 'x.example.com', uris: ['x.example.com'] }),
    },
    {
      case: 'bypasses Access',
      change: ({ cloud, credentials }: TestEdge) => {
        const [policy] = cloud.admin.access.policies(credentials.accountTag);
        cloud.admin.access.editPolicy(policy?.id ?? '', { decision: 'bypass' });
      },
    },
  ])('lets nobody in when the application $case', async ({ change }) => {
    const test = await aProtectedEdge(SERVICE_AUTH, CHECKED);
    const [application] = test.cloud.admin.access.applications(test.credentials.accountTag);
    expect((await visit(test.edge.url, HOST)).status).toBe(200);

    change(test, application?.id ?? '');

    expect((await visit(test.edge.url, HOST)).status).toBe(403);
    expect((await visit(test.edge.url, HOST, '/', { headers: { 'cf-access-jwt-assertion': 'x' } })).status).toBe(403);
  });

  it('does not accept the audience of another application', async () => {
    const { edge } = await aProtectedEdge(SERVICE_AUTH, CHECKED.replace('AUD', 'other'));

    expect((await visit(edge.url, HOST)).status).toBe(403);
  });

  it('cannot tell without the keys of the team: 502', async () => {
    const { edge, services } = await aProtectedEdge(SERVICE_AUTH, CHECKED);
    services.delete(`${TEAM}:443`);

    expect((await visit(edge.url, HOST)).status).toBe(502);
    services.set(`${TEAM}:443`, { kind: 'address', address: new URL(edge.secureUrl).host });
    expect((await visit(edge.url, HOST)).status).toBe(200);
  });
});
