import { describe, expect, it } from '@jest/globals';
import { RESOURCES, collectionPath, objectPath, resourceOf } from '../../../src/adapters/kubernetes/resource.ts';

describe('paths', () => {
  it.each([
    { case: 'of the core group', path: collectionPath(RESOURCES.services), expected: '/api/v1/services' },
    {
      case: 'of another group',
      path: collectionPath(RESOURCES.tunnels),
      expected: '/apis/cftunnel.io/v1alpha1/tunnels',
    },
    {
      case: 'in one namespace',
      path: collectionPath(RESOURCES.deployments, 'web'),
      expected: '/apis/apps/v1/namespaces/web/deployments',
    },
    {
      case: 'of an object',
      path: objectPath(RESOURCES.leases, 'cftunnel-system', 'cftunnel-operator'),
      expected: '/apis/coordination.k8s.io/v1/namespaces/cftunnel-system/leases/cftunnel-operator',
    },
    {
      case: 'of a cluster-scoped object',
      path: objectPath(RESOURCES.namespaces, undefined, 'kube-system'),
      expected: '/api/v1/namespaces/kube-system',
    },
  ])('$case match the Kubernetes API', ({ path, expected }) => {
    expect(path).toBe(expected);
  });
});

describe('resourceOf', () => {
  it.each(Object.entries(RESOURCES))('finds %s by kind', (_name, resource) => {
    expect(resourceOf({ apiVersion: 'v1', kind: resource.kind, metadata: { name: 'a' } })).toBe(resource);
  });

  it('knows no other kinds', () => {
    expect(() => resourceOf({ apiVersion: 'v1', kind: 'Job', metadata: { name: 'a' } })).toThrow('"Job"');
  });
});
