/** Attaches a route to the listeners of a Gateway, or of a ListenerSet, that it names. */
import {
  GATEWAY_GROUP,
  type Gateway,
  type Listener,
  type ListenerSet,
  type ParentReference,
} from '../../api/gateway-objects.ts';
import type { ObjectKey } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import { ANY_HOST, type Hostname } from '../model/hostname.ts';
import type { ParentCondition } from '../model/route-parent.ts';
import { gatewayNamedBySet } from '../sources/listener-sets.ts';
import type { RelatedObjects } from '../sources/related.ts';
import { intersection, isWithin } from './hostnames.ts';
import { admitsSet, listenersOf } from './listener-sets.ts';
import { hostnameOf, kindsOf } from './listeners.ts';
import { admitsNamespace } from './namespaces.ts';
import { isOurGateway, tunnelOf } from './ownership.ts';
import type { StatedListener } from './stated-listeners.ts';

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
  /** As they are named among all listeners of the Gateway. */
  readonly listeners: readonly string[];
  readonly hostnames: readonly Hostname[];
  /** By hostname that a listener names, the namespace of that listener. */
  readonly owners: ReadonlyMap<Hostname, string>;
  /** Those that only listeners without TLS bring, although another listener brings them with TLS. */
  readonly withoutTls: readonly Hostname[];
}

/** `undefined`: the reference does not lead to a Gateway of ours. */
export function attachTo(
  reference: ParentReference,
  route: AttachingRoute,
  related: RelatedObjects,
): Attachment | undefined {
  const parent = parentAt(reference, route, related);
  if (parent === undefined) return undefined;
  const { gateway, set } = parent;
  const tunnel = tunnelOf(gateway);
  const common = { reference, gateway: keyOf(gateway), ...('tunnel' in tunnel ? tunnel : {}) };
  if ('problem' in tunnel)
    return refused(common, 'NoMatchingParent', `Gateway ${keyOf(gateway)} has no Tunnel: ${tunnel.problem}`);
  if (set !== undefined && !admitsSet(gateway, set, related))
    return refused(
      common,
      'NoMatchingParent',
      `Gateway ${keyOf(gateway)} does not admit ListenerSet ${keyOf(set)} (spec.allowedListeners)`,
    );
  const all = listenersOf(gateway, related);
  const matched = matchingListeners({ all, parent, reference }, route, related);
  return 'reason' in matched
    ? refused(common, matched.reason, matched.message)
    : { ...common, ...attachedTo(matched.listeners, { parent, route, all }) };
}

/** The object that a reference leads to, and the Gateway that it belongs to. */
interface Parent {
  readonly gateway: Gateway;
  readonly set?: ListenerSet;
}

function parentAt(
  { group = GATEWAY_GROUP, kind = 'Gateway', namespace, name }: ParentReference,
  route: AttachingRoute,
  related: RelatedObjects,
): Parent | undefined {
  if (group !== GATEWAY_GROUP) return undefined;
  const key = `${namespace ?? route.namespace}/${name}`;
  if (kind === 'Gateway') {
    const gateway = gatewayAt(key, route, related);
    return gateway && { gateway };
  }
  const set = kind === 'ListenerSet' ? related.get('ListenerSet', key) : undefined;
  if (set === undefined || set.metadata.deletionTimestamp !== undefined) return undefined;
  const gateway = gatewayAt(gatewayNamedBySet(set) ?? '', route, related);
  return gateway && { gateway, set };
}

function gatewayAt(key: ObjectKey, route: AttachingRoute, related: RelatedObjects): Gateway | undefined {
  const gateway = related.get('Gateway', key);
  if (gateway === undefined || gateway.metadata.deletionTimestamp !== undefined) return undefined;
  return isOurGateway(gateway, related, route.wasOurs) ? gateway : undefined;
}

function refused(
  common: Pick<Attachment, 'reference' | 'gateway' | 'tunnel'>,
  reason: string,
  message: string,
): Attachment {
  return {
    ...common,
    accepted: { type: 'Accepted', status: 'False', reason, message },
    listeners: [],
    hostnames: [],
    owners: new Map(),
    withoutTls: [],
  };
}

interface Candidates {
  readonly all: readonly StatedListener[];
  readonly parent: Parent;
  readonly reference: ParentReference;
}

/** The listeners that a route attaches to, or why there is none. */
function matchingListeners(
  { all, parent, reference }: Candidates,
  route: AttachingRoute,
  related: RelatedObjects,
): { readonly listeners: readonly StatedListener[] } | { readonly reason: string; readonly message: string } {
  const what = titleOf(parent);
  const stating = parent.set ?? parent.gateway;
  const named = all.filter(({ by, listener }) => by === stating && isNamed(listener, reference));
  if (named.length === 0) return { reason: 'NoMatchingParent', message: `${what} has no such listener` };
  const open = named.filter((stated) => admits(stated, route, related));
  if (open.length === 0)
    return {
      reason: 'NotAllowedByListeners',
      message: `No listener of ${what} admits a ${route.kind} of namespace ${route.namespace}`,
    };
  const listeners = open.filter(({ listener }) => commonHostnames(listener, route).length > 0);
  if (listeners.length > 0) return { listeners };
  return {
    reason: 'NoMatchingListenerHostname',
    message: `No listener of ${what} has a hostname of this ${route.kind}`,
  };
}

function titleOf({ gateway, set }: Parent): string {
  return set === undefined ? `Gateway ${keyOf(gateway)}` : `ListenerSet ${keyOf(set)}`;
}

interface Attaching {
  readonly parent: Parent;
  readonly route: AttachingRoute;
  readonly all: readonly StatedListener[];
}

function attachedTo(
  matching: readonly StatedListener[],
  { parent, route, all }: Attaching,
): Pick<Attachment, 'accepted' | 'listeners' | 'hostnames' | 'owners' | 'withoutTls'> {
  const hostnames = [...new Set(matching.flatMap(({ listener }) => commonHostnames(listener, route)))];
  const listeners = matching.map(({ listener }) => listener);
  const { namespace = '' } = (parent.set ?? parent.gateway).metadata;
  const isOwned = (hostname: Hostname): boolean => listeners.some((one) => listenerHostname(one) === hostname);
  return {
    accepted: {
      type: 'Accepted',
      status: 'True',
      reason: 'Accepted',
      message: `Attached to ${titleOf(parent)}`,
    },
    listeners: matching.map(({ id }) => id),
    hostnames,
    owners: new Map(hostnames.filter((name) => name !== ANY_HOST && isOwned(name)).map((name) => [name, namespace])),
    withoutTls: hostnames.filter((hostname) => isWithoutTls(hostname, listeners, { all, route })),
  };
}

function isNamed({ name, port }: Listener, reference: ParentReference): boolean {
  const { sectionName = '', port: wanted } = reference;
  return (sectionName === '' || sectionName === name) && (wanted === undefined || wanted === port);
}

function admits({ listener, by, problem }: StatedListener, route: AttachingRoute, related: RelatedObjects): boolean {
  const { namespace = '' } = by.metadata;
  return (
    problem === undefined &&
    kindsOf(listener).supported.includes(route.kind) &&
    admitsNamespace(listener.allowedRoutes?.namespaces ?? {}, namespace, { namespace: route.namespace, related })
  );
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
  { all, route }: Pick<Attaching, 'all' | 'route'>,
): boolean {
  const bringing = listeners.filter((listener) => commonHostnames(listener, route).includes(hostname));
  return (
    bringing.every(({ protocol }) => protocol === 'HTTP') &&
    all.some(
      ({ listener, problem }) =>
        listener.protocol === 'HTTPS' && problem === undefined && isWithin(hostname, listenerHostname(listener)),
    )
  );
}

function listenerHostname(listener: Listener): Hostname {
  const own = hostnameOf(listener);
  return 'hostname' in own ? own.hostname : ANY_HOST;
}
