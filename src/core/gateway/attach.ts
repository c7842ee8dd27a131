/** Attaches a route to the listeners of a Gateway that it names. */
import { GATEWAY_GROUP, type Gateway, type Listener, type ParentReference } from '../../api/gateway-objects.ts';
import type { ObjectKey } from '../../api/objects.ts';
import { ANY_HOST, type Hostname } from '../model/hostname.ts';
import type { ParentCondition } from '../model/route-parent.ts';
import { matchesSelector } from '../selector.ts';
import type { RelatedObjects } from '../sources/related.ts';
import { intersection, isWithin } from './hostnames.ts';
import { hostnameOf, kindsOf, listenerProblem } from './listeners.ts';
import { isOurGateway, tunnelOf } from './ownership.ts';

/** What attachment looks at of a route. */
export interface AttachingRoute {
  readonly kind: string;
  readonly namespace: string;
  /** Any host, if it names none. */
  readonly hostnames: readonly Hostname[];
  /** It is published, so its Gateway was ours. */
  readonly wasOurs: boolean;
}

export interface Attachment {
  readonly reference: ParentReference;
  readonly gateway: ObjectKey;
  readonly accepted: ParentCondition;
  /** Absent: the Gateway has none. */
  readonly tunnel?: ObjectKey;
  readonly listeners: readonly string[];
  readonly hostnames: readonly Hostname[];
  /** Those that only listeners without TLS bring, although another listener brings them with TLS. */
  readonly withoutTls: readonly Hostname[];
}

/** `undefined`: the reference does not lead to a Gateway of ours. */
export function attachTo(
  reference: ParentReference,
  route: AttachingRoute,
  related: RelatedObjects,
): Attachment | undefined {
  const gateway = gatewayAt(reference, route, related);
  if (gateway === undefined) return undefined;
  const key = `${gateway.metadata.namespace}/${gateway.metadata.name}`;
  const tunnel = tunnelOf(gateway);
  const common = { reference, gateway: key, ...('tunnel' in tunnel ? tunnel : {}) };
  const refused = (reason: string, message: string): Attachment => ({
    ...common,
    accepted: { type: 'Accepted', status: 'False', reason, message },
    listeners: [],
    hostnames: [],
    withoutTls: [],
  });
  if ('problem' in tunnel) return refused('NoMatchingParent', `Gateway ${key} has no Tunnel: ${tunnel.problem}`);
  const named = gateway.spec.listeners.filter((listener) => isNamed(listener, reference));
  if (named.length === 0) return refused('NoMatchingParent', `Gateway ${key} has no such listener`);
  const open = named.filter((listener) => admits({ listener, gateway }, route, related));
  if (open.length === 0)
    return refused(
      'NotAllowedByListeners',
      `No listener of Gateway ${key} admits a ${route.kind} of namespace ${route.namespace}`,
    );
  const matching = open.filter((listener) => commonHostnames(listener, route).length > 0);
  if (matching.length === 0)
    return refused('NoMatchingListenerHostname', `No listener of Gateway ${key} has a hostname of this ${route.kind}`);
  const hostnames = [...new Set(matching.flatMap((listener) => commonHostnames(listener, route)))];
  return {
    ...common,
    accepted: { type: 'Accepted', status: 'True', reason: 'Accepted', message: `Attached to Gateway ${key}` },
    listeners: matching.map(({ name }) => name),
    hostnames,
    withoutTls: hostnames.filter((hostname) => isWithoutTls(hostname, matching, { gateway, route })),
  };
}

function gatewayAt(
  { group = GATEWAY_GROUP, kind = 'Gateway', namespace, name }: ParentReference,
  route: AttachingRoute,
  related: RelatedObjects,
): Gateway | undefined {
  if (group !== GATEWAY_GROUP || kind !== 'Gateway') return undefined;
  const gateway = related.get('Gateway', `${namespace ?? route.namespace}/${name}`);
  if (gateway === undefined || gateway.metadata.deletionTimestamp !== undefined) return undefined;
  return isOurGateway(gateway, related, route.wasOurs) ? gateway : undefined;
}

function isNamed({ name, port }: Listener, reference: ParentReference): boolean {
  const { sectionName = '', port: wanted } = reference;
  return (sectionName === '' || sectionName === name) && (wanted === undefined || wanted === port);
}

function admits(
  { listener, gateway }: { readonly listener: Listener; readonly gateway: Gateway },
  route: AttachingRoute,
  related: RelatedObjects,
): boolean {
  return (
    listenerProblem(listener, gateway) === undefined &&
    kindsOf(listener).supported.includes(route.kind) &&
    admitsNamespace(listener, gateway, { namespace: route.namespace, related })
  );
}

function admitsNamespace(
  { allowedRoutes }: Listener,
  { metadata }: Gateway,
  { namespace, related }: { readonly namespace: string; readonly related: RelatedObjects },
): boolean {
  const { from = 'Same', selector } = allowedRoutes?.namespaces ?? {};
  if (from === 'All') return true;
  if (from === 'Same') return namespace === metadata.namespace;
  const labels = related.get('Namespace', namespace)?.metadata.labels;
  return from === 'Selector' && selector !== undefined && labels !== undefined && matchesSelector(selector, labels);
}

function commonHostnames(listener: Listener, { hostnames }: AttachingRoute): readonly Hostname[] {
  const own = hostnameOf(listener);
  if ('problem' in own) return [];
  return hostnames.flatMap((hostname) => intersection(own.hostname, hostname) ?? []);
}

/** A route of the listener for TLS answers the others: a redirect to it must not answer what has been redirected. */
function isWithoutTls(
  hostname: Hostname,
  listeners: readonly Listener[],
  { gateway, route }: { readonly gateway: Gateway; readonly route: AttachingRoute },
): boolean {
  const bringing = listeners.filter((listener) => commonHostnames(listener, route).includes(hostname));
  return (
    bringing.every(({ protocol }) => protocol === 'HTTP') &&
    gateway.spec.listeners.some(
      (listener) =>
        listener.protocol === 'HTTPS' &&
        listenerProblem(listener, gateway) === undefined &&
        isWithin(hostname, listenerHostname(listener)),
    )
  );
}

function listenerHostname(listener: Listener): Hostname {
  const own = hostnameOf(listener);
  return 'hostname' in own ? own.hostname : ANY_HOST;
}
