/** The addresses at which an object itself is reached on the local network. */
import type { GatewayAddress } from '../../api/gateway-objects.ts';
import type { KubeObject, LoadBalancer, Service } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import { type Address, parseAddress } from '../model/address.ts';

/** None: those of the Tunnel are meant. `missing`: why the object has none yet, although it will get some. */
export type OwnAddresses = { readonly addresses: readonly Address[] } | { readonly missing: string };

/** Of an object that is reached only through the tunnel. */
export const OF_THE_TUNNEL = (): OwnAddresses => ({ addresses: [] });

/** Those of its load balancer. A load balancer that is known by a hostname has none that a record could hold. */
export function balancerAddresses(object: KubeObject): readonly Address[] {
  const { status } = object as KubeObject & { readonly status?: { readonly loadBalancer?: LoadBalancer } };
  return usable((status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []));
}

/** Those in the status of an object that another controller serves: of its load balancer, or of a Gateway. */
export function statusAddresses(object: KubeObject): readonly Address[] {
  const { status } = object as KubeObject & { readonly status?: { readonly addresses?: readonly GatewayAddress[] } };
  const listed = (status?.addresses ?? []).filter(({ type = 'IPAddress' }) => type === 'IPAddress');
  return usable([...balancerAddresses(object), ...listed.map(({ value = '' }) => value)]);
}

/** A Service that waits for its load balancer is not reached at the addresses of the Tunnel instead. */
export function serviceAddresses(service: Service): OwnAddresses {
  const addresses = balancerAddresses(service);
  if (addresses.length > 0 || service.spec.type !== 'LoadBalancer') return { addresses };
  const missing = `Service ${keyOf(service)} is of type LoadBalancer and has no IP address yet, so its name of the local network has none. The load balancer of the cluster assigns it; or name addresses in cftunnel.io/lan-address`;
  return { missing };
}

/** Addresses that other machines can reach, each once. */
export function usable(texts: readonly string[]): readonly Address[] {
  const parsed = texts.map(parseAddress);
  return [...new Set(parsed.flatMap((one) => ('value' in one ? [one.value] : [])))];
}
