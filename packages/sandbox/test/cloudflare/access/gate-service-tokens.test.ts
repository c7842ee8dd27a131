import { describe, expect, it } from '@jest/globals';
import type { IncomingHttpHeaders } from 'node:http';
import type { NewOrganization } from '../../../src/cloudflare/access/access-admin.ts';
import { ME, type Json, type Scene, aScene, assertedBy, outcomeOf } from './access-scene.ts';
import { idOf } from './an-access-cloud.ts';

function credentials({ result }: { readonly result: Json }): IncomingHttpHeaders {
  return {
    'cf-access-client-id': String(result['client_id']),
    'cf-access-client-secret': String(result['client_secret']),
  };
}

function relaxed({ cloud }: Scene): void {
  const organization: NewOrganization = { account: cloud.account, team: 'acme', strictServiceTokenAuth: false };
  cloud.admin.access.enable(organization);
}

describe('a service token', () => {
  const ANY = { decision: 'non_identity', include: [{ any_valid_service_token: {} }] };

  it('lets a machine in, with its client id in the assertion', async () => {
    const { cloud, judge } = await aScene([ANY]);
    const token = await cloud.serviceToken();

    const decision = judge({ headers: credentials(token) });

    expect(assertedBy(decision, cloud)).toMatchObject({ sub: '', common_name: token.result['client_id'] });
    expect(decision).not.toMatchObject({ headers: { 'cf-access-authenticated-user-email': expect.anything() } });
  });

  it('lets in only where a policy names it', async () => {
    const { cloud } = await aScene([]);
    const [one, other] = [await cloud.serviceToken(), await cloud.serviceToken()];
    const include = [{ service_token: { token_id: idOf(one) } }];
    const policies = [idOf(await cloud.policy({ decision: 'non_identity', include }))];
    await cloud.application({ domain: 'www.example.com', policies });
    const outcome = (headers: IncomingHttpHeaders) => {
      const visit = { host: 'www.example.com', path: '/', address: '', country: '', certificate: undefined, headers };
      return outcomeOf(cloud.gate.judge(visit));
    };

    expect(outcome(credentials(one))).toBe('admitted');
    expect(outcome(credentials(other))).toBe(403);
  });

  it('is read from a single header if the application says so', async () => {
    const { cloud, outcome } = await aScene([ANY], { read_service_tokens_from_header: 'Authorization' });
    const authorization = JSON.stringify(credentials(await cloud.serviceToken()));

    expect(outcome({ headers: { authorization } })).toBe('admitted');
    expect(outcome({ headers: { authorization: 'Bearer x' } })).toBe(403);
  });

  it.each([
    { headers: { 'cf-access-client-id': 'x.access', 'cf-access-client-secret': 'x' }, strict: 401, lax: 302 },
    { headers: { 'cf-access-client-id': 'x.access' }, strict: 401, lax: 302 },
    { headers: {}, strict: 302, lax: 302 },
  ])('that is wrong ends the request if the organization is strict: $headers', async ({ headers, strict, lax }) => {
    const scene = await aScene([ANY, { include: ME }]);

    expect(scene.outcome({ headers })).toBe(strict);
    relaxed(scene);
    expect(scene.outcome({ headers })).toBe(lax);
  });

  it('under Allow does not let in: 403 if the organization is strict, otherwise people sign in', async () => {
    const scene = await aScene([{ include: [{ any_valid_service_token: {} }] }]);
    const headers = credentials(await scene.cloud.serviceToken());

    expect(scene.outcome({ headers })).toBe(403);
    relaxed(scene);
    expect(scene.outcome({ headers })).toBe(302);
  });

  it.each([
    { service_auth_401_redirect: true, is: 401 },
    { service_auth_401_redirect: false, is: 302 },
  ])('that is missing leads to $is, given $service_auth_401_redirect', async ({ is, ...settings }) => {
    const { outcome } = await aScene([ANY, { include: ME }], settings);

    expect(outcome()).toBe(is);
  });
});
