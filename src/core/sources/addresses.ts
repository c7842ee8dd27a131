/** The addresses at which visitors reach an object, and the Services behind an address. */
import type { GatewayAddress } from '../../api/gateway-objects.ts';
import type { KubeObject, LoadBalancer, ObjectKey, Service } from '../../api/objects.ts';
import { compare, keyOf } from '../keys.ts';

/** The ports at which visitors of a website arrive. */
export const WEB_PORTS = { http: 80, https: 443 } as const;

/**
 * The addresses in the status of an object, and the cluster IP of a Service. An address that the spec of a Gateway asks
 * for is left out, because its author has chosen it.
 */
export function addressesOf(object: KubeObject | undefined): readonly string[] {
  const { clusterAddress, spec, status } = (object ?? {}) as Addressed;
  const asked = valuesOf(spec?.addresses);
  const listed = [
    ...(status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []),
    ...valuesOf(status?.addresses).filter((address) => !asked.includes(address)),
  ];
  return clusterAddress === undefined ? listed : [...listed, clusterAddress];
}

interface Addressed {
  readonly clusterAddress?: string;
  readonly spec?: { readonly addresses?: readonly GatewayAddress[] };
  readonly status?: { readonly loadBalancer?: LoadBalancer; readonly addresses?: readonly GatewayAddress[] };
}

function valuesOf(addresses: readonly GatewayAddress[] = []): readonly string[] {
  return addresses.flatMap(({ value = '' }) => (value === '' ? [] : [value]));
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
