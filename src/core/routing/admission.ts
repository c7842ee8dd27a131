/**
 * Decides which namespaces and hostnames a Tunnel admits (`spec.allowedRoutes`), and which hostnames a Namespace allows
 * its objects. A Tunnel that is being deleted admits none.
 */
import { ALLOWED_HOSTNAMES_ANNOTATION } from '../../api/names.ts';
import type { Namespace, Tunnel } from '../../api/objects.ts';
import { type Hostname, covers, normalName } from '../model/hostname.ts';
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

/** Why a hostname is refused; `undefined` if Tunnel and Namespace both admit it. */
export function hostnameProblem(
  hostname: Hostname,
  tunnel: Tunnel,
  namespace: Namespace | undefined,
): Problem | undefined {
  const ofTunnel = tunnel.spec.allowedRoutes?.hostnames ?? [];
  if (ofTunnel.length > 0 && !isAmong(ofTunnel, hostname)) return notAdmitted(hostname, tunnel, ofTunnel);
  const ofNamespace = hostnamesOf(namespace);
  return ofNamespace === undefined || isAmong(ofNamespace, hostname)
    ? undefined
    : notAllowed(hostname, namespace?.metadata.name ?? '', ofNamespace);
}

function isAmong(patterns: readonly string[], hostname: Hostname): boolean {
  return patterns.some((pattern) => covers(pattern, hostname));
}

/** The hostnames in the annotation; `undefined` without it. An empty annotation allows none. */
function hostnamesOf(namespace: Namespace | undefined): readonly string[] | undefined {
  return namespace?.metadata.annotations?.[ALLOWED_HOSTNAMES_ANNOTATION]?.split(',')
    .map((pattern) => normalName(pattern.trim()))
    .filter((pattern) => pattern !== '');
}

function notAdmitted(hostname: Hostname, tunnel: Tunnel, allowed: readonly string[]): Problem {
  return {
    reason: 'NotAllowed',
    message: `Tunnel ${keyOf(tunnel)} does not admit ${hostname}; it admits ${listed(allowed)}. Choose such a hostname, or have its owner add this one to spec.allowedRoutes.hostnames`,
  };
}

function notAllowed(hostname: Hostname, namespace: string, allowed: readonly string[]): Problem {
  const those = allowed.length === 0 ? 'no hostname' : listed(allowed);
  return {
    reason: 'NotAllowed',
    message: `Namespace ${namespace} may not use ${hostname}; it may use ${those}. Choose such a hostname, or have an administrator add this one to its annotation ${ALLOWED_HOSTNAMES_ANNOTATION}`,
  };
}
