import type { CachedResource } from './cached-resource.ts';
import type { ControllerContext, RunningController } from './context.ts';
import { deepEqual } from '../json.ts';
import { slicesFor } from './endpointslice/slices.ts';
import { labelsMatch } from './label-selector.ts';
import { keyOf, objectKey, splitKey } from './object-key.ts';
import { ENDPOINT_SLICES, PODS, SERVICES } from './resources.ts';
import { type EndpointSlice, type Service, SERVICE_NAME_LABEL } from './services.ts';
import { type Recheck, WorkLoop } from './work-loop.ts';
import type { Pod } from './workloads.ts';

interface World {
  readonly services: CachedResource<Service>;
  readonly pods: CachedResource<Pod>;
  readonly slices: CachedResource<EndpointSlice>;
  /** Names of the slices of a Service, by the key of the Service. */
  readonly slicesByService: Map<string, Set<string>>;
}

/** Maintains the EndpointSlices of every Service with a selector. The garbage collector removes them. */
export function startEndpointSliceController(context: ControllerContext): RunningController {
  const services = context.caches.of<Service>(SERVICES);
  const pods = context.caches.of<Pod>(PODS);
  const slices = context.caches.of<EndpointSlice>(ENDPOINT_SLICES);
  const world: World = { services, pods, slices, slicesByService: new Map() };
  const loop = new WorkLoop((key) => reconcile(world, key));

  services.subscribe((service) => loop.add(objectKey(service)));
  pods.subscribe((pod, previous) => {
    for (const service of services.inNamespace(pod.metadata.namespace)) {
      if (selects(service, pod) || (previous !== undefined && selects(service, previous))) loop.add(objectKey(service));
    }
  });
  slices.subscribe((slice, _previous, type) => {
    const key = serviceKeyOf(slice);
    const names = world.slicesByService.get(key) ?? new Set<string>();
    if (type === 'DELETED') names.delete(slice.metadata.name);
    else names.add(slice.metadata.name);
    if (names.size > 0) world.slicesByService.set(key, names);
    else world.slicesByService.delete(key);
    loop.add(key);
  });
  return loop;
}

function reconcile(world: World, key: string): Recheck {
  const service = world.services.get(...splitKey(key));
  if (service === undefined || service.metadata.deletionTimestamp !== undefined) return undefined;
  if (service.spec.selector === undefined || service.spec.type === 'ExternalName') return undefined;

  const pods = world.pods.inNamespace(service.metadata.namespace).filter((pod) => selects(service, pod));
  const wanted = slicesFor(service, pods);
  for (const slice of wanted) write(world.slices, slice);
  removeOthers(world, key, new Set(wanted.map((slice) => slice.metadata.name)));
  return undefined;
}

function selects({ spec }: Service, pod: Pod): boolean {
  return spec.selector !== undefined && labelsMatch(spec.selector, pod.metadata.labels);
}

function serviceKeyOf({ metadata }: EndpointSlice): string {
  return keyOf(metadata.namespace, metadata.labels?.[SERVICE_NAME_LABEL] ?? '');
}

function write(slices: CachedResource<EndpointSlice>, wanted: EndpointSlice): void {
  const current = slices.get(wanted.metadata.namespace, wanted.metadata.name);
  if (current === undefined) {
    slices.create(wanted);
    return;
  }
  const { endpoints, metadata } = wanted;
  if (deepEqual(current.endpoints, endpoints) && deepEqual(current.metadata.labels, metadata.labels)) return;
  slices.update({ ...current, endpoints, metadata: { ...current.metadata, labels: { ...metadata.labels } } });
}

function removeOthers(world: World, key: string, wanted: ReadonlySet<string>): void {
  const [namespace] = splitKey(key);
  for (const name of world.slicesByService.get(key) ?? []) {
    const slice = world.slices.get(namespace, name);
    if (slice !== undefined && !wanted.has(name) && isOurs(slice)) world.slices.delete(slice);
  }
}

/** Slices that somebody else created for the Service are kept. */
function isOurs({ metadata }: EndpointSlice): boolean {
  return metadata.labels?.['endpointslice.kubernetes.io/managed-by'] === 'endpointslice-controller.k8s.io';
}
