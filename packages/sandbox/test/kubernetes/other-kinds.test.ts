import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { Client } from '../support/kubernetes-client.ts';

let sandbox: KubernetesSandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
});
afterAll(() => sandbox.stop());

describe('Events', () => {
  const modern = '/apis/events.k8s.io/v1/namespaces/default/events';
  const core = '/api/v1/namespaces/default/events';

  it('are the same objects in two forms', async () => {
    await client.post(modern, {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: 'e1' },
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'tester',
      reportingInstance: 'tester-0',
      action: 'Try',
      reason: 'Tried',
      type: 'Normal',
      note: 'it was tried',
      regarding: { kind: 'Service', namespace: 'default', name: 'web' },
    });
    const old = await client.get(`${core}/e1`);
    const selected = await client.get(
      `${core}?fieldSelector=involvedObject.name%3Dweb,involvedObject.kind%3DService,reason%3DTried`,
    );
    const young = await client.get(`${modern}?fieldSelector=regarding.name%3Dweb`);

    expect(old.body).toMatchObject({
      apiVersion: 'v1',
      message: 'it was tried',
      involvedObject: { name: 'web' },
      reportingComponent: 'tester',
    });
    expect(selected.body.items).toHaveLength(1);
    expect(young.body.items[0]).toMatchObject({ note: 'it was tried', regarding: { name: 'web' } });
  });

  it('are validated by the rules of the form that is used', async () => {
    const bare = { apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata: { name: 'e2' } };
    const elsewhere = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e3' },
      involvedObject: { namespace: 'other' },
    };

    expect(await client.complaints(modern, bare)).toContain('eventTime: Required value');
    expect(await client.complaints(core, elsewhere)).toEqual([
      'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
    ]);
  });
});

function bindingTo(name: string): JsonObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'system:test' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
  };
}

describe('other kinds', () => {
  it('default the types of a NetworkPolicy from its rules', async () => {
    const path = '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies';
    const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p' } };
    const { body } = await client.post(path, {
      ...policy,
      spec: { podSelector: {}, egress: [{ ports: [{ port: 53 }] }] },
    });

    expect(body['spec']).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      egress: [{ ports: [{ port: 53, protocol: 'TCP' }] }],
    });
  });

  it('reject a PodDisruptionBudget with two limits', async () => {
    const budget = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'b' },
      spec: { minAvailable: 1, maxUnavailable: 1 },
    };

    expect(await client.complaints('/apis/policy/v1/namespaces/default/poddisruptionbudgets', budget)).toEqual([
      expect.stringContaining('minAvailable and maxUnavailable cannot be both set'),
    ]);
  });

  it('reject a PodDisruptionBudget with an unknown eviction policy', async () => {
    const budget = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'b' },
      spec: { minAvailable: 1, unhealthyPodEvictionPolicy: 'Always' },
    };

    expect(await client.complaints('/apis/policy/v1/namespaces/default/poddisruptionbudgets', budget)).toEqual([
      expect.stringContaining('Unsupported value: "Always": supported values: "AlwaysAllow", "IfHealthyBudget"'),
    ]);
  });

  it('let only one of two competing holders acquire a Lease', async () => {
    const path = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'l' },
      spec: { leaseDurationSeconds: 15 },
    };
    const { body } = await client.post(path, lease);
    const take = (holderIdentity: string) =>
      client.put(`${path}/l`, { ...body, spec: { leaseDurationSeconds: 15, holderIdentity } });
    const replies = await Promise.all([take('a'), take('b')]);
    const blind = await client.put(`${path}/l`, lease);

    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect(blind.status).toBe(422);
  });

  it('include roles and bindings, whose role cannot change', async () => {
    const path = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
    const created = await client.post(path, bindingTo('view'));
    const changed = await client.put(`${path}/system:test`, bindingTo('admin'));

    expect([created.status, changed.status]).toEqual([201, 422]);
  });
});
