import type { EndpointSlice, ObjectKey, Service } from '../../api/objects.ts';
import type { PodAddress } from '../../core/proxy/endpoints.ts';
import type { ObjectCache } from './object-cache.ts';

/** The pods behind ports of Services, as EndpointSlices last showed them. */
export class ServiceEndpoints {
  readonly #services: Pick<ObjectCache<Service>, 'get'>;
  readonly #slices: Pick<ObjectCache<EndpointSlice>, 'list' | 'version'>;
  #byService: { readonly version: number; readonly slices: ReadonlyMap<ObjectKey, readonly EndpointSlice[]> };

  constructor(
    services: Pick<ObjectCache<Service>, 'get'>,
    slices: Pick<ObjectCache<EndpointSlice>, 'list' | 'version'>,
  ) {
    this.#services = services;
    this.#slices = slices;
    this.#byService = { version: -1, slices: new Map() };
  }

  /**
   * The ready pods. Those that are being stopped and still answer count only if no other is left, as for kube-proxy.
   * `undefined`: there is no such Service, or it has no such port.
   */
  of(service: ObjectKey, port: number): readonly PodAddress[] | undefined {
    const found = this.#services.get(service);
    if (found?.spec.type === 'ExternalName') return outside(found, port);
    const name = portName(found, port);
    if (name === undefined) return undefined;
    const slices = this.#slicesOf(service);
    const ready = addressesIn(slices, name, 'ready');
    return oneFamily(ready.length > 0 ? ready : addressesIn(slices, name, 'draining'));
  }

  /** Grouped once for all Services: a pass over a Tunnel asks for many of them, and between changes it is the same. */
  #slicesOf(service: ObjectKey): readonly EndpointSlice[] {
    const { version } = this.#slices;
    if (this.#byService.version !== version)
      this.#byService = { version, slices: Map.groupBy(this.#slices.list(), serviceOf) };
    return this.#byService.slices.get(service) ?? [];
  }
}

/** The Service that a slice belongs to. */
export function serviceOf({ metadata, service }: EndpointSlice): ObjectKey {
  return `${metadata.namespace}/${service}`;
}

/** Whether requests go to other pods, or to other ports of them, than before. */
export function leadsElsewhere(before: EndpointSlice | undefined, after: EndpointSlice | undefined): boolean {
  return (
    before?.ready !== after?.ready ||
    before?.draining !== after?.draining ||
    JSON.stringify(before?.ports) !== JSON.stringify(after?.ports)
  );
}

/** The name that stands for the Service, whose ports say nothing. Slices may be left of another type. */
function outside({ spec }: Service, port: number): readonly PodAddress[] | undefined {
  return spec.externalName === undefined ? undefined : [{ address: spec.externalName, port }];
}

/** A Service may have one number for TCP and for UDP. */
function portName(service: Service | undefined, port: number): string | undefined {
  const found = service?.spec.ports?.find((one) => one.port === port && (one.protocol ?? 'TCP') === 'TCP');
  return found && (found.name ?? '');
}

/** In a stable order, each once: a pod can be in two slices while it moves from one to the other. */
function addressesIn(
  slices: readonly EndpointSlice[],
  name: string,
  field: 'ready' | 'draining',
): readonly PodAddress[] {
  const found = new Map<string, PodAddress>();
  for (const { ports, [field]: addresses } of slices) {
    const port = ports.find((one) => one.name === name)?.port;
    if (port === undefined || addresses === '') continue;
    for (const address of addresses.split(',')) found.set(`${address} ${port}`, { address, port });
  }
  return [...found.keys()].toSorted().flatMap((key) => found.get(key) ?? []);
}

/** In a cluster with both families, each pod has an address of each. */
function oneFamily(addresses: readonly PodAddress[]): readonly PodAddress[] {
  const v4 = addresses.filter(({ address }) => !address.includes(':'));
  return v4.length > 0 ? v4 : addresses;
}
