/** Finds the port and protocol behind a route, as `<protocol>://<service>.<namespace>.svc:<port>`. */
import { PORT, PROTOCOL, SESSION } from '../../../api/annotations.ts';
import type { Service } from '../../../api/objects.ts';
import { keyOf } from '../../keys.ts';
import type { Parsed } from '../../model/parsed.ts';
import { isProxyProtocol } from '../../model/protocol.ts';
import type { Problem, Warning } from '../../model/route.ts';
import { originOf } from '../../model/service-origin.ts';
import type { SessionChoice } from '../annotations/choices.ts';
import { type Fields, invalid } from '../annotations/fields.ts';
import { chooseServicePort, reachedPort } from '../backend/port.ts';
import { type RouteProtocol, USUAL_PORTS, parseProtocol, protocolOf } from '../backend/protocol.ts';
import { type FoundPort, needsProxy } from '../backend/proxy-target.ts';

export interface Backend {
  /** Absent if the route needs the proxy, or cannot be served. */
  readonly origin?: string;
  /** Where the proxy leads to. */
  readonly ports: readonly FoundPort[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

export function parseBackend(service: Service, fields: Fields, session: SessionChoice | undefined): Backend {
  const found = findPort(service, fields, fields);
  if ('problems' in found) return { ports: [], problems: found.problems, warnings: [] };
  const { listed, port } = found;
  const { protocol } = port;
  if (session !== undefined && !isWeb(protocol))
    return failed(invalid(SESSION.key, `has no effect with ${protocol}; remove it`));
  if (needsProxy(protocol, session)) return { ports: [port], problems: [], warnings: warningsOn(service) };
  const reached = reachedPort(service, listed, fields.nameOf(PORT));
  if ('problem' in reached) return failed({ reason: 'PortNotFound', message: reached.problem });
  const origin = isProxyProtocol(protocol) ? '' : originOf(protocol, keyOf(service), reached.value.port);
  return { origin, ports: [], problems: [], warnings: warningsOn(service) };
}

function failed(...problems: readonly Problem[]): Backend {
  return { ports: [], problems, warnings: [] };
}

export function isWeb(protocol: RouteProtocol): boolean {
  return protocol === 'http' || protocol === 'https' || isProxyProtocol(protocol);
}

interface Found {
  readonly listed: { readonly port: number };
  readonly port: FoundPort;
}

/** The port that `fields` name, in the protocol of the route. */
export function findPort(
  service: Service,
  fields: Fields,
  route: Fields,
): Found | { readonly problems: readonly Problem[] } {
  const requested = parseProtocol(route);
  const wanted = { port: fields.read(PORT), name: fields.nameOf(PORT), usual: usualPort(requested) };
  const chosen = chooseServicePort(service, wanted);
  const problems: Problem[] = [];
  if ('problem' in chosen) problems.push({ reason: 'PortNotFound', message: chosen.problem });
  if ('problem' in requested) problems.push(invalid(route.nameOf(PROTOCOL), requested.problem));
  if ('problem' in chosen || 'problem' in requested) return { problems };

  const protocol = requested.value === undefined ? protocolOf(chosen.value) : { value: requested.value };
  if ('problem' in protocol) return { problems: [invalid(route.nameOf(PROTOCOL), protocol.problem)] };
  const port = { service: keyOf(service), port: chosen.value.port, protocol: protocol.value, weight: 1 };
  return { listed: chosen.value, port };
}

function usualPort(requested: Parsed<RouteProtocol | undefined>): number | undefined {
  const protocol = 'problem' in requested ? undefined : requested.value;
  return protocol && USUAL_PORTS[protocol];
}

function warningsOn({ spec, metadata }: Service): readonly Warning[] {
  if (spec.type !== 'ExternalName') return [];
  const message = `Service ${metadata.name} is an ExternalName: cloudflared reaches ${spec.externalName ?? 'it'} under the name of the Service. If it answers only to its own name, set cftunnel.io/origin-http-host-header, and cftunnel.io/origin-server-name for https`;
  return [{ reason: 'ExternalTarget', message }];
}
