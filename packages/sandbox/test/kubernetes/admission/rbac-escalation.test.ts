import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/kubernetes/json.ts';
import { type KubernetesSandbox, startKubernetes } from '../../../src/kubernetes/server.ts';
import { Client, type Reply } from '../../support/kubernetes-client.ts';
import { type Account, anAccount } from '../../support/roles.ts';

const GROUP = 'rbac.authorization.k8s.io';
const RBAC = `/apis/${GROUP}/v1`;
const HOME = `${RBAC}/namespaces/default`;
const MERGE = 'application/merge-patch+json';

const READ_PODS = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] };
const READ_SECRETS = { verbs: ['get', 'list'], apiGroups: [''], resources: ['secrets'] };
const ANYTHING = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };

let sandbox: KubernetesSandbox;
let client: Client;
/** May write all RBAC objects and read pods, neither of which permits granting more. */
let clerk: Account;
let count = 0;
let name: string;

beforeAll(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
});
beforeEach(async () => {
  name = `made-${(count += 1)}`;
  clerk = await anAccount(client, `clerk-${count}`);
  await clerk.may({
    verbs: ['create', 'update', 'patch', 'get'],
    apiGroups: [GROUP],
    resources: ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'],
  });
  await clerk.may(READ_PODS);
});
afterAll(() => sandbox.stop());

function role(kind: 'Role' | 'ClusterRole', rules: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  return { apiVersion: `${GROUP}/v1`, kind, metadata: { name }, rules, ...more };
}

function bindingOf(kind: 'RoleBinding' | 'ClusterRoleBinding', referred: JsonObject): JsonObject {
  const subjects = [{ kind: 'ServiceAccount', name: clerk.name, namespace: 'default' }];
  const roleRef = { apiGroup: GROUP, kind: 'ClusterRole', name, ...referred };
  return { apiVersion: `${GROUP}/v1`, kind, metadata: { name }, roleRef, subjects };
}

function asClerk(method: string, path: string, body: JsonObject, type = 'application/json'): Promise<Reply> {
  return client.request(method, path, body, { ...clerk.headers, 'content-type': type });
}

const attempt = (what: string): string =>
  `${what}.${GROUP} "${name}" is forbidden: user "system:serviceaccount:default:${clerk.name}" (groups=["system:serviceaccounts" "system:serviceaccounts:default" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n`;

describe('a user who may write roles', () => {
  it('may add only permissions that the user holds', async () => {
    const good = await asClerk('POST', `${HOME}/roles`, role('Role', [READ_PODS]));
    const bad = await asClerk('POST', `${RBAC}/clusterroles`, role('ClusterRole', [READ_PODS, READ_SECRETS]));

    expect(good.status).toBe(201);
    expect(bad.status).toBe(403);
    expect(bad.body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: `${attempt('clusterroles')}{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}`,
      reason: 'Forbidden',
      details: { name, group: GROUP, kind: 'clusterroles' },
      code: 403,
    });
    expect((await client.get(`${RBAC}/clusterroles/${name}`)).status).toBe(404);
  });

  it('may not add others later, by any kind of write', async () => {
    await client.post(`${HOME}/roles`, role('Role', [READ_PODS]));
    const path = `${HOME}/roles/${name}`;
    const more = role('Role', [READ_SECRETS]);

    const replies = [
      await asClerk('PUT', path, more),
      await asClerk('PATCH', path, more, MERGE),
      await asClerk('PATCH', `${path}?fieldManager=clerk&force=true`, more, 'application/apply-patch+yaml'),
    ];

    expect(replies.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect((await client.get(path)).body['rules']).toEqual([READ_PODS]);
  });

  it('in a namespace may add only permissions held there', async () => {
    await clerk.may(READ_SECRETS, 'default');

    expect((await asClerk('POST', `${HOME}/roles`, role('Role', [READ_SECRETS]))).status).toBe(201);
    expect((await asClerk('POST', `${RBAC}/clusterroles`, role('ClusterRole', [READ_SECRETS]))).status).toBe(403);
  });

  it('may add any permission with the verb escalate', async () => {
    await clerk.may({ verbs: ['escalate'], apiGroups: [GROUP], resources: ['clusterroles'] });

    expect((await asClerk('POST', `${RBAC}/clusterroles`, role('ClusterRole', [ANYTHING]))).status).toBe(201);
    expect((await asClerk('POST', `${HOME}/roles`, role('Role', [ANYTHING]))).status).toBe(403);
  });

  it('may escalate a role by name only if the name is in the request', async () => {
    await clerk.may({ verbs: ['escalate'], apiGroups: [GROUP], resources: ['roles'], resourceNames: [name] });
    const made = role('Role', [READ_SECRETS]);

    const post = await asClerk('POST', `${HOME}/roles`, made);
    const apply = await asClerk(
      'PATCH',
      `${HOME}/roles/${name}?fieldManager=clerk`,
      made,
      'application/apply-patch+yaml',
    );

    expect([post.status, apply.status]).toEqual([403, 201]);
  });

  it('may change only finalizers and owners of a role with further permissions', async () => {
    await client.post(`${HOME}/roles`, role('Role', [READ_SECRETS]));
    const patch = (metadata: JsonObject) => asClerk('PATCH', `${HOME}/roles/${name}`, { metadata }, MERGE);

    expect((await patch({ labels: { a: 'b' } })).status).toBe(403);
    expect((await patch({ finalizers: ['example.org/hold'] })).status).toBe(200);
  });

  it('needs all permissions to aggregate roles', async () => {
    const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { part: 'yes' } }] };
    const post = () => asClerk('POST', `${RBAC}/clusterroles`, role('ClusterRole', [], { aggregationRule }));
    const refused = await post();
    await clerk.may(ANYTHING);
    const made = await post();

    expect([refused.status, made.status]).toEqual([403, 201]);
    expect(refused.body.message).toBe(
      `clusterroles.${GROUP} "${name}" is forbidden: must have cluster-admin privileges to use the aggregationRule`,
    );
  });

  it("is told which of the user's own roles could not be resolved", async () => {
    const lost = { apiGroup: GROUP, kind: 'ClusterRole', name: 'lost' };
    await client.post(`${RBAC}/clusterrolebindings`, bindingOf('ClusterRoleBinding', lost));

    const { body } = await asClerk('POST', `${HOME}/roles`, role('Role', [READ_SECRETS]));

    expect(body.message).toBe(
      `${attempt('roles')}{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}; resolution errors: [clusterrole.${GROUP} "lost" not found]`,
    );
  });
});

describe('a user who may write bindings', () => {
  beforeEach(async () => {
    await client.post(`${RBAC}/clusterroles`, role('ClusterRole', [READ_SECRETS]));
  });

  it('may not bind a role with further permissions', async () => {
    const inNamespace = await asClerk('POST', `${HOME}/rolebindings`, bindingOf('RoleBinding', {}));
    const inCluster = await asClerk('POST', `${RBAC}/clusterrolebindings`, bindingOf('ClusterRoleBinding', {}));

    expect([inNamespace.status, inCluster.status]).toEqual([403, 403]);
    expect(inNamespace.body.message).toBe(
      `${attempt('rolebindings')}{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}`,
    );
    expect((await client.get('/api/v1/secrets', clerk.headers)).status).toBe(403);
  });

  it('may bind roles whose permissions the user holds, and roles with the verb bind', async () => {
    await clerk.may(
      { verbs: ['bind'], apiGroups: [GROUP], resources: ['clusterroles'], resourceNames: [name] },
      'default',
    );
    const inNamespace = await asClerk('POST', `${HOME}/rolebindings`, bindingOf('RoleBinding', {}));
    const inCluster = await asClerk('POST', `${RBAC}/clusterrolebindings`, bindingOf('ClusterRoleBinding', {}));
    await clerk.may(READ_SECRETS);
    const held = await asClerk('POST', `${RBAC}/clusterrolebindings`, bindingOf('ClusterRoleBinding', {}));

    expect([inNamespace.status, inCluster.status, held.status]).toEqual([201, 403, 201]);
  });

  it('may not bind a role that does not exist, whose permissions are unknown', async () => {
    const binding = bindingOf('RoleBinding', { name: 'to-come' });
    const refused = await asClerk('POST', `${HOME}/rolebindings`, binding);
    const administrator = await client.post(`${HOME}/rolebindings`, binding);

    expect([refused.status, administrator.status]).toEqual([404, 201]);
    expect(refused.body.message).toBe(`clusterrole.${GROUP} "to-come" not found`);
  });
});
