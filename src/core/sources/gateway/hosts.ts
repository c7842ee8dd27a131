/** The hostnames of a Gateway: those of its listeners, and of the routes that are attached to it. */
import type { Gateway, Listener } from '../../../api/gateway-objects.ts';
import { intersection } from '../../gateway/hostnames.ts';
import { hostnameOf } from '../../gateway/listeners.ts';
import { keyOf } from '../../keys.ts';
import { problemInNamespace } from '../../model/allowed-hostnames.ts';
import { ANY_HOST, type Hostname, parseHostname } from '../../model/hostname.ts';
import type { Host, ServedHost } from '../elsewhere/hosts.ts';
import type { RelatedObjects } from '../related.ts';
import { type AttachedRoute, attachedRoutesOf } from './attached-routes.ts';

/** A hostname at a listener, or the reason why it is not published or not yet. */
interface Named {
  readonly hostname: Hostname;
  readonly listener: Listener;
  readonly host?: Exclude<Host, ServedHost>;
}

export function hostsOf(gateway: Gateway, related: RelatedObjects): readonly Host[] {
  const listeners = gateway.spec.listeners.filter(isTerminated);
  const named = [
    ...listeners.flatMap((listener) => namedBy(listener)),
    ...attachedRoutesOf(gateway, related).flatMap((attached) => namedByRoute(attached, { gateway, related })),
  ];
  const byName = Map.groupBy(named, ({ hostname }) => hostname);
  return [...listeners.flatMap(invalidNameOf), ...[...byName].flatMap(([hostname, all]) => hostAt(hostname, all))];
}

/** Whether the controller reads the requests at a listener, so that it knows the hostname. */
function isTerminated({ protocol, tls }: Listener): boolean {
  if (protocol === 'HTTP') return true;
  return (protocol === 'HTTPS' || protocol === 'TLS') && (tls?.mode ?? 'Terminate') === 'Terminate';
}

function namedBy(listener: Listener): readonly Named[] {
  const own = hostnameOf(listener);
  return 'problem' in own || own.hostname === ANY_HOST ? [] : [{ hostname: own.hostname, listener }];
}

function invalidNameOf(listener: Listener): readonly Host[] {
  const own = hostnameOf(listener);
  if ('hostname' in own) return [];
  const message = `spec.listeners: the hostname of listener ${listener.name}: ${own.problem}`;
  return [{ problem: { reason: 'InvalidSpec', message } }];
}

interface Context {
  readonly gateway: Gateway;
  readonly related: RelatedObjects;
}

/** What a route and a listener have in common. A route without a hostname has those of the listener. */
function namedByRoute({ route, listeners, isUndecided }: AttachedRoute, context: Context): readonly Named[] {
  const names = (route.spec.hostnames ?? []).flatMap((text) => {
    const parsed = parseHostname(text);
    return 'hostname' in parsed ? [parsed.hostname] : [];
  });
  return listeners.filter(isTerminated).flatMap((listener) => {
    const own = hostnameOf(listener);
    if ('problem' in own) return [];
    const common = names.flatMap((name) => intersection(own.hostname, name) ?? []);
    return common.map((hostname) => {
      const host = refusal(hostname, route, context) ?? (isUndecided ? waiting(hostname, route) : undefined);
      return { hostname, listener, ...(host === undefined ? {} : { host }) };
    });
  });
}

/** The Namespace of a route decides about its hostnames, although those of the Gateway lead to the same controller. */
function refusal(hostname: Hostname, route: AttachedRoute['route'], { gateway, related }: Context): Named['host'] {
  const { namespace = '' } = route.metadata;
  if (namespace === gateway.metadata.namespace) return undefined;
  const problem = problemInNamespace(hostname, related.get('Namespace', namespace));
  return problem && { problem: { ...problem, message: `${route.kind} ${keyOf(route)}: ${problem.message}` } };
}

function waiting(hostname: Hostname, route: AttachedRoute['route']): Named['host'] {
  const message = `Waiting for the controller of the Gateway to accept ${route.kind} ${keyOf(route)}`;
  return { hostname, waitsFor: { reason: 'Progressing', message } };
}

/** A controller that ends TLS for a hostname often only redirects to that without TLS. */
function hostAt(hostname: Hostname, named: readonly Named[]): readonly Host[] {
  const served = named.filter(({ host }) => host === undefined).map(({ listener }) => listener);
  const listener = served.find(isEncrypted) ?? served[0];
  if (listener !== undefined) return [{ hostname, isEncrypted: isEncrypted(listener), port: listener.port }];
  const open = named.find(({ host }) => host !== undefined && 'waitsFor' in host) ?? named[0];
  return open?.host === undefined ? [] : [open.host];
}

function isEncrypted({ protocol }: Listener): boolean {
  return protocol !== 'HTTP';
}
