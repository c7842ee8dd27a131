/** Decides which namespaces and hostnames a Tunnel admits: `spec.allowedRoutes`. One that is being deleted admits none. */
import type { Namespace, Tunnel } from '../../api/objects.ts';
import { type Hostname, covers } from '../model/hostname.ts';
import { keyOf } from '../keys.ts';
import type { Problem } from '../model/route.ts';
import { listed } from '../quote.ts';
import { matchesSelector } from '../selector.ts';

export function isBeingDeleted({ metadata }: Tunnel): boolean {
  return metadata.deletionTimestamp !== undefined;
}

export function namespaceProblem(
  namespace: string,
  tunnel: Tunnel,
  namespaces: ReadonlyMap<string, Namespace>,
): Problem | undefined {
  const rule = tunnel.spec.allowedRoutes?.namespaces;
  const from = rule?.from ?? 'Same';
  if (from === 'All' || namespace === tunnel.metadata.namespace) return undefined;
  const labels = namespaces.get(namespace)?.metadata.labels ?? {};
  if (from === 'Selector' && rule?.selector !== undefined && matchesSelector(rule.selector, labels)) return undefined;
  return {
    reason: 'NotAllowed',
    message: `Tunnel ${keyOf(tunnel)} does not admit namespace ${namespace} (allowedRoutes.namespaces.from is ${from}). Its owner can change that, or choose another Tunnel`,
  };
}

export function admitsHostname({ spec }: Tunnel, hostname: Hostname): boolean {
  const allowed = spec.allowedRoutes?.hostnames;
  return allowed === undefined || allowed.length === 0 || allowed.some((pattern) => covers(pattern, hostname));
}

export function hostnameProblem(tunnel: Tunnel, hostname: Hostname): Problem {
  const allowed = listed(tunnel.spec.allowedRoutes?.hostnames ?? []);
  return {
    reason: 'NotAllowed',
    message: `Tunnel ${keyOf(tunnel)} does not admit ${hostname}; it admits ${allowed}. Choose such a hostname, or have its owner add this one to spec.allowedRoutes.hostnames`,
  };
}
