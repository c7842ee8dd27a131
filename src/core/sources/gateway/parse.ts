/** Parses a Gateway that another controller serves: each of its hostnames leads to the Service of that controller. */
import { HOSTNAME, TUNNEL } from '../../../api/annotations.ts';
import type { Gateway } from '../../../api/gateway-objects.ts';
import { SERVICE_ONLY_ANNOTATIONS } from '../../../api/ingress-annotations.ts';
import type { Protocol } from '../../model/protocol.ts';
import type { Problem } from '../../model/route.ts';
import type { RequestFields, RouteRequest } from '../../model/route-request.ts';
import { type Annotations, invalid } from '../annotations/fields.ts';
import type { Host } from '../elsewhere/hosts.ts';
import { requestElsewhere } from '../elsewhere/request.ts';
import type { RelatedObjects } from '../related.ts';
import { hostsOf } from './hosts.ts';
import { type GatewayListener, listenersAt } from './listeners.ts';

const FIELDS: RequestFields = {
  tunnel: TUNNEL.key,
  hostname: 'spec.listeners[].hostname',
  routes: 'spec.listeners',
  reason: 'InvalidSpec',
};

export function parseGateway(gateway: Gateway, related: RelatedObjects): RouteRequest {
  const listeners = listenersAt(gateway, related);
  const hosts = hostsOf(gateway, listeners, related);
  const requested = {
    hosts: hosts.length === 0 ? [NAMELESS] : hosts,
    problems: misplaced(gateway.metadata.annotations ?? {}),
    fields: FIELDS,
    protocols: protocolsOf(listeners),
  };
  return requestElsewhere(gateway, requested, related);
}

/** The last route may have been removed, so nothing stays published. */
const NAMELESS: Host = {
  problem: {
    reason: 'InvalidSpec',
    message:
      'spec.listeners: no listener and no attached route names a hostname, so there is none to publish. Name one in a listener, or in an HTTPRoute or GRPCRoute that is attached',
  },
};

function misplaced(annotations: Annotations): readonly Problem[] {
  return SERVICE_ONLY_ANNOTATIONS.filter(({ key }) => Object.hasOwn(annotations, key)).map(({ key }) =>
    invalid(
      key,
      `has no meaning on a Gateway, whose listeners and routes say it; remove it (${HOSTNAME.key} belongs on a Service)`,
    ),
  );
}

const SPOKEN: ReadonlyMap<string, Protocol> = new Map([
  ['HTTP', 'http'],
  ['HTTPS', 'https'],
  ['TLS', 'https'],
]);

/** A Service of the controller often has the ports of the listeners, under names of its own. */
function protocolsOf(listeners: readonly GatewayListener[]): ReadonlyMap<number, Protocol> {
  const protocols = new Map<number, Protocol>();
  for (const { listener } of listeners) {
    const spoken = SPOKEN.get(listener.protocol);
    if (spoken !== undefined) protocols.set(listener.port, spoken);
  }
  return protocols;
}
