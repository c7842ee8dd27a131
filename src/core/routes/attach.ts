import { DEFAULT_TUNNEL_ANNOTATION } from '../../api/names.ts';
import { HOSTNAME, TUNNEL } from '../../api/annotations.ts';
import type { Namespace, ObjectKey, Service, Tunnel } from '../../api/objects.ts';
import { type Hostname, covers, parseHostname } from '../hostname.ts';
import { byAge, keyOf } from '../keys.ts';
import { matchesSelector } from '../selector.ts';
import type { Ask } from './parse.ts';
import type { Problem } from './route.ts';

/** What routes can attach to. */
export interface Attachable {
  readonly tunnels: ReadonlyMap<ObjectKey, Tunnel>;
  readonly defaultTunnel: Tunnel | undefined;
  readonly namespaces: ReadonlyMap<string, Namespace>;
}

/** Where an ask ends up: the Tunnel, the hostnames it may claim there, and what it may not. */
export interface Attachment {
  readonly tunnel: Tunnel | undefined;
  readonly hostnames: readonly Hostname[];
  readonly problems: readonly Problem[];
}

/** The Tunnel annotated as default; of several the oldest, so that adding one never moves what is live. */
export function defaultTunnelOf(tunnels: readonly Tunnel[]): Tunnel | undefined {
  return tunnels.filter((one) => one.metadata.annotations?.[DEFAULT_TUNNEL_ANNOTATION] === 'true').toSorted(byAge)[0];
}

/** Finds the Tunnel an ask means and checks that the Tunnel lets it in. */
export function attach(service: Service, ask: Ask, to: Attachable): Attachment {
  const tunnel = ask.tunnel === undefined ? to.defaultTunnel : to.tunnels.get(ask.tunnel);
  const missing = missingTunnel(ask, tunnel);
  if (tunnel === undefined || missing !== undefined) return refused(undefined, missing);
  const outside = namespaceProblem(service, tunnel, to.namespaces);
  if (outside !== undefined) return refused(tunnel, outside);

  const names = ask.hostnames.length > 0 ? { hostnames: ask.hostnames } : derivedHostname(service, tunnel);
  if ('problem' in names) return refused(tunnel, { reason: 'InvalidAnnotation', message: names.problem });
  const shutOut = names.hostnames.filter((hostname) => !admitsHostname(tunnel, hostname));
  return {
    tunnel,
    hostnames: names.hostnames.filter((hostname) => !shutOut.includes(hostname)),
    problems: shutOut.map((hostname) => notListed(hostname, tunnel)),
  };
}

/** Whether a Tunnel, as it stands now, lets a Service in with a hostname; one that is being deleted lets nobody in. */
export function admits(tunnel: Tunnel, service: Service, hostname: Hostname, to: Attachable): boolean {
  if (tunnel.metadata.deletionTimestamp !== undefined) return false;
  return namespaceProblem(service, tunnel, to.namespaces) === undefined && admitsHostname(tunnel, hostname);
}

function admitsHostname(tunnel: Tunnel, hostname: Hostname): boolean {
  const allowed = tunnel.spec.allowedRoutes?.hostnames ?? [];
  return allowed.length === 0 || allowed.some((pattern) => covers(pattern, hostname));
}

function refused(tunnel: Tunnel | undefined, problem: Problem | undefined): Attachment {
  return { tunnel, hostnames: [], problems: problem === undefined ? [] : [problem] };
}

function missingTunnel(ask: Ask, tunnel: Tunnel | undefined): Problem | undefined {
  if (tunnel?.metadata.deletionTimestamp !== undefined)
    return { reason: 'TunnelNotFound', message: `Tunnel ${keyOf(tunnel)} is being deleted` };
  if (tunnel !== undefined) return undefined;
  const message =
    ask.tunnel === undefined
      ? `Set ${TUNNEL.key}: no Tunnel is named and none is annotated ${DEFAULT_TUNNEL_ANNOTATION}: "true"`
      : `Tunnel ${ask.tunnel} does not exist`;
  return { reason: 'TunnelNotFound', message };
}

function namespaceProblem(
  service: Service,
  tunnel: Tunnel,
  namespaces: ReadonlyMap<string, Namespace>,
): Problem | undefined {
  const namespace = service.metadata.namespace ?? '';
  const rule = tunnel.spec.allowedRoutes?.namespaces;
  const from = rule?.from ?? 'Same';
  if (from === 'All' || namespace === tunnel.metadata.namespace) return undefined;
  const labels = namespaces.get(namespace)?.metadata.labels ?? {};
  if (from === 'Selector' && rule?.selector !== undefined && matchesSelector(rule.selector, labels)) return undefined;
  return {
    reason: 'NotAllowed',
    message: `Tunnel ${keyOf(tunnel)} does not admit namespace ${namespace} (allowedRoutes.namespaces.from is ${from})`,
  };
}

function notListed(hostname: Hostname, tunnel: Tunnel): Problem {
  const allowed = (tunnel.spec.allowedRoutes?.hostnames ?? []).join(', ');
  return { reason: 'NotAllowed', message: `Tunnel ${keyOf(tunnel)} does not admit ${hostname}; it admits ${allowed}` };
}

function derivedHostname(
  service: Service,
  tunnel: Tunnel,
): { readonly hostnames: readonly Hostname[] } | { readonly problem: string } {
  const { domain } = tunnel.spec;
  if (domain === undefined)
    return { problem: `Set ${HOSTNAME.key}: Tunnel ${keyOf(tunnel)} has no spec.domain to derive a hostname from` };
  const parsed = parseHostname(`${service.metadata.name}.${domain}`);
  return 'hostname' in parsed ? { hostnames: [parsed.hostname] } : parsed;
}
