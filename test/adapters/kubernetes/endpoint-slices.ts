/** Run with `--expose-gc`: prints the bytes of heap that the cache needs for the EndpointSlice of a Service with three pods. */
import { ObjectCache } from '../../../src/adapters/kubernetes/object-cache.ts';
import { projectEndpointSlice } from '../../../src/adapters/kubernetes/projections.ts';
import type { EndpointSlice } from '../../../src/api/objects.ts';

const PAGES = 40;
const PAGE_SIZE = 500;

function usedHeap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function pageOf(page: number): string {
  return JSON.stringify(Array.from({ length: PAGE_SIZE }, (_, index) => aSlice(page * PAGE_SIZE + index)));
}

function aSlice(index: number): object {
  const name = `service-of-somebody-${index}`;
  const endpoints = [1, 2, 3].map((pod) => ({
    addresses: [`10.${index >> 8}.${index & 255}.${pod}`],
    conditions: { ready: true, serving: true, terminating: false },
    nodeName: `node-${pod}`,
    targetRef: { kind: 'Pod', namespace: 'shop', name: `${name}-${pod}`, uid: crypto.randomUUID() },
  }));
  return {
    metadata: {
      name: `${name}-x7k2p`,
      namespace: `team-${index % 100}`,
      uid: crypto.randomUUID(),
      resourceVersion: String(1_000_000 + index),
      labels: { 'kubernetes.io/service-name': name, 'endpointslice.kubernetes.io/managed-by': 'controller' },
    },
    addressType: 'IPv4',
    endpoints,
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  };
}

const cache = new ObjectCache<EndpointSlice>();
const before = usedHeap();
for (let page = 0; page < PAGES; page += 1)
  for (const item of JSON.parse(pageOf(page)) as EndpointSlice[])
    cache.set(projectEndpointSlice({ ...item, apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' }));
console.log(Math.round((usedHeap() - before) / (PAGES * PAGE_SIZE)));
// Keeps the cache alive until it is measured.
if (cache.version !== PAGES * PAGE_SIZE) throw new Error('some were not taken in');
