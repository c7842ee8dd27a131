/**
 * Decides which namespaces and hostnames a Tunnel admits (`spec.allowedRoutes`), and which hostnames a Namespace allows
 * its objects. A Tunnel that is being deleted admits none.
 */
import type { Namespace, Tunnel } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import { problemInNamespace } from '../model/allowed-hostnames.ts';
import { type Hostname, covers } from '../model/hostname.ts';
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

/** Why a hostname is refused; `undefined` if Tunnel and Namespace both admit it. */
export function hostnameProblem(
  hostname: Hostname,
  tunnel: Tunnel,
  namespace: Namespace | undefined,
): Problem | undefined {
  const ofTunnel = tunnel.spec.allowedRoutes?.hostnames ?? [];
  return ofTunnel.length > 0 && !ofTunnel.some((pattern) => covers(pattern, hostname))
    ? notAdmitted(hostname, tunnel, ofTunnel)
    : problemInNamespace(hostname, namespace);
}

function notAdmitted(hostname: Hostname, tunnel: Tunnel, allowed: readonly string[]): Problem {
  return {
    reason: 'NotAllowed',
    message: `Tunnel ${keyOf(tunnel)} does not admit ${hostname}; it admits ${listed(allowed)}. Choose such a hostname, or have its owner add this one to spec.allowedRoutes.hostnames`,
  };
}
