import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/kubernetes/json.ts';
import { type KubernetesSandbox, startKubernetes } from '../../../src/kubernetes/server.ts';
import { Client } from '../../support/kubernetes-client.ts';
import { aConfigMap, CONFIG_MAPS, SECRETS } from '../../support/objects.ts';
import { type Account, anAccount } from '../../support/roles.ts';

const REVIEWS = '/apis/authorization.k8s.io/v1';
const ACCOUNTS = '/api/v1/namespaces/default/serviceaccounts';

let sandbox: KubernetesSandbox;
let client: Client;
let clock = 0;
let account: Account;
let count = 0;

beforeAll(async () => {
  sandbox = await startKubernetes({ now: () => Date.UTC(2026, 0, 1) + clock });
  client = new Client(sandbox.url);
});
beforeEach(async () => {
  account = await anAccount(client, `account-${(count += 1)}`);
});
afterAll(() => sandbox.stop());

const reading = (resource: string): JsonObject => ({ verbs: ['get', 'list'], apiGroups: [''], resources: [resource] });

function review(kind: string, spec: JsonObject, headers: Record<string, string> = {}) {
  const body = { apiVersion: 'authorization.k8s.io/v1', kind, spec };
  return client.request('POST', `${REVIEWS}/${kind.toLowerCase()}s`, body, headers);
}

function reviewToken(token: string) {
  const apiVersion = 'authentication.k8s.io/v1';
  return client.post(`/apis/${apiVersion}/tokenreviews`, { apiVersion, kind: 'TokenReview', spec: { token } });
}

describe('a token', () => {
  it('authenticates its ServiceAccount, which may only use discovery', async () => {
    const secrets = await client.get('/api/v1/secrets', account.headers);
    const discovery = await client.get('/apis', account.headers);
    const metrics = await client.get('/metrics', account.headers);

    const user = `system:serviceaccount:default:${account.name}`;
    expect(secrets.status).toBe(403);
    expect(secrets.body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: `secrets is forbidden: User "${user}" cannot list resource "secrets" in API group "" at the cluster scope`,
      reason: 'Forbidden',
      details: { kind: 'secrets' },
      code: 403,
    });
    expect(discovery.status).toBe(200);
    expect(metrics.body.message).toBe(`forbidden: User "${user}" cannot get path "/metrics"`);
  });

  it('is rejected if it is malformed, expired, or if its ServiceAccount no longer exists', async () => {
    const nonsense = await client.get('/api', { authorization: 'Bearer a.b.c' });
    const [head = '', claims = '', signature = ''] = account.headers.authorization.split('.');
    const forged = await client.get('/api', { authorization: [head, `${claims}x`, signature].join('.') });
    clock += 3_601_000;
    const late = await client.get('/api', account.headers);
    clock = 0;
    await client.delete(`${ACCOUNTS}/${account.name}`);
    await anAccount(client, account.name);
    const orphaned = await client.get('/api', account.headers);

    expect([nonsense, forged, late, orphaned].map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(nonsense.body.message).toBe('Unauthorized');
  });

  it('is valid for at least ten minutes', async () => {
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 60 } };

    expect((await client.post(`${ACCOUNTS}/${account.name}/token`, request)).body.message).toBe(
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes',
    );
  });
});

describe('permissions', () => {
  it('of a ClusterRole apply everywhere, those of a Role in one namespace', async () => {
    await account.may(reading('configmaps'));
    await account.may(reading('secrets'), 'default');

    const get = async (path: string) => (await client.get(path, account.headers)).status;
    expect(await get('/api/v1/configmaps')).toBe(200);
    expect(await get(SECRETS)).toBe(200);
    expect(await get('/api/v1/secrets')).toBe(403);
    expect(await get('/api/v1/namespaces/kube-system/secrets')).toBe(403);
    expect(await get(`${CONFIG_MAPS}?watch=true`)).toBe(403);
  });

  it('are checked before the existence of the object or the resource', async () => {
    const object = await client.get(`${SECRETS}/none`, account.headers);
    const resource = await client.get('/apis/nobody.serves/v1/things', account.headers);

    expect(object.body.message).toMatch(/^secrets "none" is forbidden: User .* in the namespace "default"$/);
    expect(resource.body.message).toMatch(
      /^things\.nobody\.serves is forbidden: User .* cannot list resource "things" in API group "nobody\.serves"/,
    );
  });

  it('to patch do not include permission to create by applying', async () => {
    await account.may({ verbs: ['patch'], apiGroups: [''], resources: ['configmaps'] });
    const apply = () =>
      client.request('PATCH', `${CONFIG_MAPS}/made?fieldManager=m`, aConfigMap('made'), {
        ...account.headers,
        'content-type': 'application/apply-patch+yaml',
      });
    const refused = await apply();
    await account.may({ verbs: ['create'], apiGroups: [''], resources: ['configmaps'] });
    const made = await apply();

    expect([refused.status, made.status]).toEqual([403, 201]);
  });

  it('of aggregated roles belong to the role with the aggregation rule', async () => {
    const roles = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
    const role = (name: string, fields: JsonObject, labels = {}) =>
      client.post(roles, {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name, labels },
        ...fields,
      });
    await role('parts', { rules: [reading('configmaps')] }, { part: 'yes' });
    await role('whole', { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { part: 'yes' } }] } });
    await client.post('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'whole' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'whole' },
      subjects: [{ kind: 'ServiceAccount', name: account.name, namespace: 'default' }],
    });

    expect((await client.get(CONFIG_MAPS, account.headers)).status).toBe(200);
  });
});

describe('an access review', () => {
  it('answers for the user itself', async () => {
    await account.may(reading('configmaps'), 'default');
    const resourceAttributes = { verb: 'get', resource: 'configmaps', namespace: 'default', name: 'a' };
    const own = await review('SelfSubjectAccessReview', { resourceAttributes }, account.headers);
    const other = { ...resourceAttributes, namespace: 'kube-system' };
    const elsewhere = await review('SelfSubjectAccessReview', { resourceAttributes: other }, account.headers);

    expect(own.status).toBe(201);
    expect(own.body['status']).toEqual({
      allowed: true,
      reason: `RBAC: allowed by RoleBinding "${account.name}-1/default" of Role "${account.name}-1" to ServiceAccount "${account.name}/default"`,
    });
    expect(elsewhere.body['status']).toEqual({ allowed: false });
  });

  it('answers for others with permission', async () => {
    const user = `system:serviceaccount:default:${account.name}`;
    const spec = { user, resourceAttributes: { verb: 'list', resource: 'secrets' } };

    expect((await review('SubjectAccessReview', spec)).body['status']).toEqual({ allowed: false });
    expect((await review('SubjectAccessReview', spec, account.headers)).status).toBe(403);
  });

  it('is not stored and cannot be listed', async () => {
    expect((await client.get(`${REVIEWS}/subjectaccessreviews`)).status).toBe(405);
  });

  it('can verify a token', async () => {
    const token = account.headers.authorization.slice('Bearer '.length);

    expect((await reviewToken(token)).body['status']).toMatchObject({
      authenticated: true,
      user: { username: `system:serviceaccount:default:${account.name}` },
    });
    expect((await reviewToken('x')).body['status']).toMatchObject({ error: 'invalid bearer token' });
  });
});

describe('a user who is not a ServiceAccount', () => {
  it('is the administrator without a token, or anonymous if configured', async () => {
    const strict = await startKubernetes({ withoutToken: 'anonymous' });
    const stranger = new Client(strict.url);

    expect((await client.get('/api/v1/secrets')).status).toBe(200);
    expect((await stranger.get('/version')).status).toBe(200);
    expect((await stranger.get('/api/v1/secrets')).body.message).toMatch(/User "system:anonymous" cannot list/);
    await strict.stop();
  });

  it('can be impersonated with permission', async () => {
    const asJane = { 'impersonate-user': 'jane' };

    expect((await client.get('/api/v1/secrets', asJane)).body.message).toMatch(/User "jane" cannot list/);
    expect((await client.get('/api/v1/secrets', { ...asJane, 'impersonate-group': 'system:masters' })).status).toBe(
      200,
    );
    expect((await client.get('/api/v1/secrets', { ...asJane, ...account.headers })).body.message).toMatch(
      /^users "jane" is forbidden: User .* cannot impersonate resource "users" in API group "" at the cluster scope$/,
    );
  });
});

describe('the log of authorization decisions', () => {
  it('lists each decision about users with limited permissions once', async () => {
    sandbox.authorizations.clear();
    await client.get('/api/v1/secrets');
    await client.get('/api/v1/secrets', account.headers);
    await client.get('/api/v1/secrets', account.headers);

    expect(sandbox.authorizations.entries).toEqual([
      {
        user: `system:serviceaccount:default:${account.name}`,
        verb: 'list',
        group: '',
        resource: 'secrets',
        subresource: '',
        namespace: '',
        name: '',
        isAllowed: false,
      },
    ]);
  });
});
