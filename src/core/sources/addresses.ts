/** The addresses at which visitors reach an object, and the Services behind an address. */
import type { KubeObject, LoadBalancer, ObjectKey, Service } from '../../api/objects.ts';
import { compare, keyOf } from '../keys.ts';

/** The ports at which visitors of a website arrive. */
export const WEB_PORTS = { http: 80, https: 443 } as const;

/** The addresses in the status of an object, and the cluster IP of a Service. */
export function addressesOf(object: KubeObject | undefined): readonly string[] {
  const { clusterAddress, status } = (object ?? {}) as Addressed;
  const listed = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
  return clusterAddress === undefined ? listed : [...listed, clusterAddress];
}

interface Addressed {
  readonly clusterAddress?: string;
  readonly status?: { readonly loadBalancer?: LoadBalancer };
}

/** Whether visitors can reach a website through a Service. An address may be shared with Services of other ports. */
export function isWebService({ spec: { ports = [] } }: Pick<Service, 'spec'>): boolean {
  return ports.some(
    ({ port, protocol = 'TCP' }) => protocol === 'TCP' && Object.values<number>(WEB_PORTS).includes(port),
  );
}

/** By address, the web Services that are reached there. */
export function indexAddresses(services: readonly Service[]): ReadonlyMap<string, readonly ObjectKey[]> {
  const index = new Map<string, ObjectKey[]>();
  for (const service of services) {
    if (!isWebService(service)) continue;
    for (const address of new Set(addressesOf(service)))
      index.set(address, [...(index.get(address) ?? []), keyOf(service)].toSorted(compare));
  }
  return index;
}
