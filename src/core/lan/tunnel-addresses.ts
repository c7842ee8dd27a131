/** The addresses of a Tunnel on the local network (`spec.lan`). */
import type { Node, Tunnel } from '../../api/objects.ts';
import { compare, keyOf } from '../keys.ts';
import { matchesSelector } from '../selector.ts';
import type { Address } from '../model/address.ts';
import { usable } from './own-addresses.ts';

/** `none`: why there are none. */
export type TunnelAddresses = { readonly addresses: readonly Address[] } | NoAddresses;

export interface NoAddresses {
  readonly none: string;
  /** There may be some: the nodes are not known. */
  readonly isUnknown?: true;
}

/** Whether the addresses of a Tunnel are those of nodes. */
export function followsNodes({ spec }: Tunnel): boolean {
  return spec.lan?.nodeSelector !== undefined;
}

/** `nodes` is `undefined` if they are not known. */
export function addressesOfTunnel(tunnel: Tunnel, nodes: readonly Node[] | undefined): TunnelAddresses {
  const { lan = {} } = tunnel.spec;
  const name = `Tunnel ${keyOf(tunnel)}`;
  if (lan.nodeSelector !== undefined) return addressesOfNodes(lan.nodeSelector, nodes, name);
  if (lan.addresses === undefined)
    return { none: `${name} has no addresses on the local network. Set its spec.lan, or cftunnel.io/lan-address here` };
  const addresses = usable(lan.addresses);
  const why = `None of spec.lan.addresses of ${name} is an address that other machines can reach`;
  return addresses.length === 0 ? { none: why } : { addresses };
}

function addressesOfNodes(
  selector: Readonly<Record<string, string>>,
  nodes: readonly Node[] | undefined,
  tunnel: string,
): TunnelAddresses {
  if (nodes === undefined) return { none: unlisted(tunnel), isUnknown: true };
  const selected = nodes.filter(({ metadata }) => matchesSelector({ matchLabels: selector }, metadata.labels ?? {}));
  if (selected.length === 0) return { none: `spec.lan.nodeSelector of ${tunnel} selects no node` };
  const addresses = usable(selected.filter(isReady).flatMap(internalAddresses)).toSorted(compare);
  const why = `No node that spec.lan.nodeSelector of ${tunnel} selects is ready and has an internal address`;
  return addresses.length === 0 ? { none: why } : { addresses };
}

function unlisted(tunnel: string): string {
  return `The nodes of spec.lan.nodeSelector of ${tunnel} have not been listed yet, or the operator may not list them`;
}

function isReady({ metadata, status }: Node): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return metadata.deletionTimestamp === undefined && ready?.status === 'True';
}

function internalAddresses({ status }: Node): readonly string[] {
  return (status?.addresses ?? []).flatMap(({ type, address }) => (type === 'InternalIP' ? [address] : []));
}
