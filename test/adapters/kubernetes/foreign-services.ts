/** Run with `--expose-gc`: prints the bytes of heap that the cache needs for one Service without our annotations. */
import { ObjectCache } from '../../../src/adapters/kubernetes/object-cache.ts';
import { projectService } from '../../../src/adapters/kubernetes/projections.ts';
import type { Service } from '../../../src/api/objects.ts';

const PAGES = 40;
const PAGE_SIZE = 500;

function usedHeap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** A page of a list. Most of a Service is content of other tools. */
function pageOf(page: number): string {
  return JSON.stringify(Array.from({ length: PAGE_SIZE }, (_, index) => aService(page * PAGE_SIZE + index)));
}

function aService(index: number): object {
  const name = `service-of-somebody-${index}`;
  return {
    metadata: {
      name,
      namespace: `team-${index % 100}`,
      uid: crypto.randomUUID(),
      resourceVersion: String(1_000_000 + index),
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { app: name, 'app.kubernetes.io/managed-by': 'Helm', 'helm.sh/chart': 'shop-1.2.3' },
      annotations: { 'meta.helm.sh/release-name': name, 'example.com/note': 'x'.repeat(500) },
      managedFields: [{ manager: 'helm', operation: 'Update', fieldsV1: { 'f:spec': { 'f:ports': {} } } }],
    },
    spec: {
      type: 'ClusterIP',
      clusterIP: `10.0.${index % 256}.${index % 250}`,
      selector: { app: name },
      ports: [{ name: 'http', port: 80 }],
    },
    status: { loadBalancer: {} },
  };
}

const cache = new ObjectCache<Service>();
const before = usedHeap();
for (let page = 0; page < PAGES; page += 1) {
  const items = JSON.parse(pageOf(page)) as Service[];
  for (const item of items) cache.set(projectService({ ...item, apiVersion: 'v1', kind: 'Service' }));
}
console.log(Math.round((usedHeap() - before) / (PAGES * PAGE_SIZE)));
// Keeps the cache alive until it is measured.
if (cache.version !== PAGES * PAGE_SIZE) throw new Error('some were not taken in');
