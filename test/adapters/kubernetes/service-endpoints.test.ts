import { describe, expect, it } from '@jest/globals';
import { ObjectCache } from '../../../src/adapters/kubernetes/object-cache.ts';
import { ServiceEndpoints, leadsElsewhere } from '../../../src/adapters/kubernetes/service-endpoints.ts';
import type { EndpointSlice, Service } from '../../../src/api/objects.ts';

const HTTP = { name: 'http', port: 80, targetPort: 'web' };

describe('the pods behind a port of a Service', () => {
  it('are reached at the ports that its slices give for its name, in a stable order', () => {
    const { of } = aCluster({
      service: aService({ ports: [HTTP, { name: 'grpc', port: 90 }] }),
      slices: [
        aSlice('b', { ready: '10.0.0.3', ports: [{ name: 'http', port: 8081 }] }),
        aSlice('a', {
          ready: '10.0.0.2,10.0.0.1',
          ports: [
            { name: 'grpc', port: 9090 },
            { name: 'http', port: 8080 },
          ],
        }),
      ],
    });

    expect(of('shop/web', 80)).toEqual([
      { address: '10.0.0.1', port: 8080 },
      { address: '10.0.0.2', port: 8080 },
      { address: '10.0.0.3', port: 8081 },
    ]);
  });

  it.each<{ case: string; spec: Service['spec']; port: number; found: readonly string[] | undefined }>([
    { case: 'a port without a name', spec: { ports: [{ port: 80 }] }, port: 80, found: ['10.0.0.1'] },
    { case: 'a headless Service', spec: { clusterIP: 'None', ports: [{ port: 80 }] }, port: 80, found: ['10.0.0.1'] },
    { case: 'a port that the Service does not have', spec: { ports: [{ port: 80 }] }, port: 81, found: undefined },
    {
      case: 'a port of another protocol',
      spec: { ports: [{ port: 80, protocol: 'UDP' }] },
      port: 80,
      found: undefined,
    },
    { case: 'a Service without ports', spec: {}, port: 80, found: undefined },
    {
      case: 'a Service that stands for a name, whatever slices are left of it',
      spec: { type: 'ExternalName', externalName: 'db.example.org', ports: [{ port: 80 }] },
      port: 80,
      found: ['db.example.org'],
    },
    {
      case: 'a Service that is to stand for a name, and has none',
      spec: { type: 'ExternalName', ports: [{ port: 80 }] },
      port: 80,
      found: undefined,
    },
    { case: 'a port that no slice has', spec: { ports: [HTTP] }, port: 80, found: [] },
  ])('of $case are $found', ({ spec, port, found }) => {
    const { of } = aCluster({ service: aService(spec), slices: [aSlice('a', { ready: '10.0.0.1' })] });

    expect(of('shop/web', port)?.map(({ address }) => address)).toEqual(found);
  });

  it('are unknown for a Service that does not exist', () => {
    expect(aCluster({ service: undefined, slices: [aSlice('a', {})] }).of('shop/web', 80)).toBeUndefined();
  });

  it.each([
    { case: 'ready ones only', slices: { ready: '10.0.0.1', draining: '10.0.0.2' }, found: ['10.0.0.1'] },
    {
      case: 'those that are being stopped, if no other is left',
      slices: { draining: '10.0.0.2' },
      found: ['10.0.0.2'],
    },
    { case: 'of one family', slices: { ready: '10.0.0.1,fd00::1' }, found: ['10.0.0.1'] },
    { case: 'of the other family, where it is the only one', slices: { ready: 'fd00::1' }, found: ['fd00::1'] },
  ])('are $case', ({ slices, found }) => {
    const { of } = aCluster({ service: aService({ ports: [{ port: 80 }] }), slices: [aSlice('a', slices)] });

    expect(of('shop/web', 80)?.map(({ address }) => address)).toEqual(found);
  });

  it('are each found once, though a pod may be in two slices', () => {
    const slices = [aSlice('a', { ready: '10.0.0.1' }), aSlice('b', { ready: '10.0.0.1' })];

    expect(aCluster({ service: aService({ ports: [{ port: 80 }] }), slices }).of('shop/web', 80)).toHaveLength(1);
  });

  it('are found again after a change, and those of other Services are not', () => {
    const { of, set } = aCluster({ service: aService({ ports: [{ port: 80 }] }), slices: [] });

    expect(of('shop/web', 80)).toEqual([]);
    set(aSlice('a', { ready: '10.0.0.1' }));
    set({ ...aSlice('b', { ready: '10.0.0.9' }), service: 'api' });
    expect(of('shop/web', 80)).toHaveLength(1);
  });
});

describe('a slice leads elsewhere', () => {
  const slice = aSlice('a', { ready: '10.0.0.1' });

  it.each([
    { case: 'is new', before: undefined, after: slice, isOther: true },
    { case: 'is gone', before: slice, after: undefined, isOther: true },
    { case: 'has another pod', before: slice, after: aSlice('a', { ready: '10.0.0.2' }), isOther: true },
    { case: 'has a pod that is stopping', before: slice, after: { ...slice, draining: '10.0.0.2' }, isOther: true },
    { case: 'has another port', before: slice, after: { ...slice, ports: [{ name: '', port: 1 }] }, isOther: true },
    { case: 'has another version', before: slice, after: aSlice('a', { ready: '10.0.0.1' }), isOther: false },
  ])('if it $case: $isOther', ({ before, after, isOther }) => {
    expect(leadsElsewhere(before, after)).toBe(isOther);
  });
});

function aCluster({ service, slices }: { service: Service | undefined; slices: readonly EndpointSlice[] }) {
  const cache = new ObjectCache<EndpointSlice>();
  for (const slice of slices) cache.set(slice);
  const endpoints = new ServiceEndpoints({ get: () => service }, cache);
  return {
    of: (key: string, port: number) => endpoints.of(key, port),
    set: (slice: EndpointSlice) => cache.set(slice),
  };
}

function aService(spec: Service['spec']): Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'shop', name: 'web' }, spec };
}

/** A slice of `shop/web` with one port, which has no name. */
function aSlice(name: string, traits: Partial<EndpointSlice>): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: 'shop', name },
    service: 'web',
    hasReady: true,
    ready: '',
    draining: '',
    ports: [{ name: '', port: 8080 }],
    ...traits,
  };
}
