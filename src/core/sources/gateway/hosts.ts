/** The hostnames of a Gateway: those of its listeners, and of the routes that are attached to it. */
import type { Gateway, Listener } from '../../../api/gateway-objects.ts';
import type { KubeObject } from '../../../api/objects.ts';
import { intersection } from '../../gateway/hostnames.ts';
import { hostnameOf } from '../../gateway/listeners.ts';
import { keyOf } from '../../keys.ts';
import { problemInNamespace } from '../../model/allowed-hostnames.ts';
import { ANY_HOST, type Hostname, parseHostname } from '../../model/hostname.ts';
import type { Host, ServedHost } from '../elsewhere/hosts.ts';
import type { RelatedObjects } from '../related.ts';
import { type AttachedRoute, attachedRoutesOf } from './attached-routes.ts';
import type { GatewayListener } from './listeners.ts';

/** A hostname at a listener, or the reason why it is not published or not yet. */
interface Named {
  readonly hostname: Hostname;
  readonly at: GatewayListener;
  readonly host?: Exclude<Host, ServedHost>;
}

/** `all`: its listeners, with those of its ListenerSets. */
export function hostsOf(gateway: Gateway, all: readonly GatewayListener[], related: RelatedObjects): readonly Host[] {
  const listeners = all.filter(({ listener }) => isTerminated(listener));
  const context = { gateway, related };
  const named = [
    ...listeners.flatMap((at) => namedBy(at, context)),
    ...attachedRoutesOf(gateway, listeners, related).flatMap((attached) => namedByRoute(attached, context)),
  ];
  const byName = Map.groupBy(named, ({ hostname }) => hostname);
  return [
    ...listeners.flatMap(invalidNameOf),
    ...[...byName].flatMap(([hostname, same]) => hostAt(hostname, same, gateway)),
  ];
}

/** Whether the controller reads the requests at a listener, so that it knows the hostname. */
function isTerminated({ protocol, tls }: Listener): boolean {
  if (protocol === 'HTTP') return true;
  return (protocol === 'HTTPS' || protocol === 'TLS') && (tls?.mode ?? 'Terminate') === 'Terminate';
}

interface Context {
  readonly gateway: Gateway;
  readonly related: RelatedObjects;
}

function namedBy(at: GatewayListener, context: Context): readonly Named[] {
  const own = hostnameOf(at.listener);
  if ('problem' in own || own.hostname === ANY_HOST) return [];
  return [namedAt({ hostname: own.hostname, at, asking: [statedBy(at)] }, context)];
}

function invalidNameOf({ listener, by }: GatewayListener): readonly Host[] {
  const own = hostnameOf(listener);
  if ('hostname' in own) return [];
  const place = by.kind === 'ListenerSet' ? `ListenerSet ${keyOf(by)}` : 'spec.listeners';
  const message = `${place}: the hostname of listener ${listener.name}: ${own.problem}`;
  return [{ problem: { reason: 'InvalidSpec', message } }];
}

/** What a route and a listener have in common. A route without a hostname has those of the listener. */
function namedByRoute({ route, listeners, isUndecided }: AttachedRoute, context: Context): readonly Named[] {
  const names = (route.spec.hostnames ?? []).flatMap((text) => {
    const parsed = parseHostname(text);
    return 'hostname' in parsed ? [parsed.hostname] : [];
  });
  return listeners.flatMap((at) => {
    const own = hostnameOf(at.listener);
    if ('problem' in own) return [];
    const common = names.flatMap((name) => intersection(own.hostname, name) ?? []);
    const asking = [statedBy(at), { object: route, isUndecided }];
    return common.map((hostname) => namedAt({ hostname, at, asking }, context));
  });
}

/** An object that asks for a hostname. */
interface Asking {
  readonly object: KubeObject;
  readonly isUndecided: boolean;
}

function statedBy({ by, isUndecided }: GatewayListener): Asking {
  return { object: by, isUndecided };
}

function namedAt(
  { hostname, at, asking }: Pick<Named, 'hostname' | 'at'> & { readonly asking: readonly Asking[] },
  context: Context,
): Named {
  const hosts = [
    ...asking.map((one) => refusal(hostname, one, context)),
    ...asking.map((one) => waiting(hostname, one)),
  ];
  const host = hosts.find((one) => one !== undefined);
  return { hostname, at, ...(host === undefined ? {} : { host }) };
}

/** The Namespace of each object decides about its hostnames, although those of the Gateway lead to the same controller. */
function refusal(hostname: Hostname, { object }: Asking, { gateway, related }: Context): Named['host'] {
  const { namespace = '' } = object.metadata;
  if (namespace === gateway.metadata.namespace) return undefined;
  const problem = problemInNamespace(hostname, related.get('Namespace', namespace));
  return problem && { problem: { ...problem, message: `${object.kind} ${keyOf(object)}: ${problem.message}` } };
}

function waiting(hostname: Hostname, { object, isUndecided }: Asking): Named['host'] {
  if (!isUndecided) return undefined;
  const message = `Waiting for the controller of the Gateway to accept ${object.kind} ${keyOf(object)}`;
  return { hostname, waitsFor: { reason: 'Progressing', message } };
}

/**
 * A hostname belongs to the namespace of the listener, of several that of the first. Only listeners of that namespace say
 * how it is reached: a controller that ends TLS for a hostname often only redirects to that without TLS.
 */
function hostAt(hostname: Hostname, named: readonly Named[], gateway: Gateway): readonly Host[] {
  const served = named.filter(({ host }) => host === undefined).map(({ at }) => at);
  const [first] = served;
  if (first === undefined) {
    const open = named.find(({ host }) => host !== undefined && 'waitsFor' in host) ?? named[0];
    return open?.host === undefined ? [] : [open.host];
  }
  const { namespace: owner = '' } = first.by.metadata;
  const own = served.filter(({ by }) => by.metadata.namespace === owner);
  const { listener } = own.find((at) => isEncrypted(at.listener)) ?? first;
  const owned = owner === gateway.metadata.namespace ? {} : { owner };
  return [{ hostname, isEncrypted: isEncrypted(listener), port: listener.port, ...owned }];
}

function isEncrypted({ protocol }: Listener): boolean {
  return protocol !== 'HTTP';
}
