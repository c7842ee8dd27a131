import { expect, it } from '@jest/globals';
import { ApiError } from '../../../src/adapters/kubernetes/api-error.ts';
import { ClusterInstallation } from '../../../src/adapters/kubernetes/installation.ts';
import type { RestClient } from '../../../src/adapters/kubernetes/rest-client.ts';

const LEASES = '/apis/coordination.k8s.io/v1';

it.each([
  { case: 'in the given namespace', namespace: 'tunnels', heartbeat: 'pod-1 12:00', lists: 0 },
  { case: 'in any namespace', namespace: undefined, heartbeat: 'pod-1 12:00', lists: 1 },
  { case: 'in a namespace without one', namespace: 'elsewhere', heartbeat: undefined, lists: 0 },
])('the heartbeat of the operator is read $case', async ({ namespace, heartbeat, lists }) => {
  const asked: string[] = [];
  const lease = { metadata: { name: 'op', namespace: 'tunnels' }, spec: LIVE };
  const rest = {
    json: async (_: string, path: string, { query }: { readonly query?: unknown } = {}) => {
      if (query !== undefined) asked.push(`${path} ${JSON.stringify(query)}`);
      if (path === `${LEASES}/leases`) return { items: [lease] };
      return path === `${LEASES}/namespaces/tunnels/leases/op` ? lease : { metadata: { name: 'op' } };
    },
  } as unknown as RestClient;
  const scope = { namespace: undefined, lease: { namespace, name: 'op' } };

  expect(await new ClusterInstallation(rest, scope, new AbortController().signal).heartbeat()).toBe(heartbeat);
  expect(asked).toEqual(Array(lists).fill(`${LEASES}/leases {"fieldSelector":"metadata.name=op"}`));
});

it('the heartbeat is read in one namespace if Leases may not be listed in the cluster', async () => {
  const path = `${LEASES}/namespaces/team/leases`;
  const rest = {
    json: async (_: string, asked: string) => {
      if (asked === `${LEASES}/leases`) throw new ApiError(403, 'Forbidden', 'no');
      return asked === path
        ? { items: [{ metadata: { name: 'op', namespace: 'team' } }] }
        : { metadata: {}, spec: LIVE };
    },
  } as unknown as RestClient;
  const scope = { namespace: 'team', lease: { namespace: undefined, name: 'op' } };

  expect(await new ClusterInstallation(rest, scope, new AbortController().signal).heartbeat()).toBe('pod-1 12:00');
});

const LIVE = { holderIdentity: 'pod-1', renewTime: '12:00' };
