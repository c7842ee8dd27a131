/** The address of a port of a Service. */
import { PROTOCOL } from '../../../api/annotations.ts';
import type { Service, ServicePort } from '../../../api/objects.ts';
import { keyOf } from '../../keys.ts';
import { type Protocol, isProxyProtocol } from '../../model/protocol.ts';
import type { Problem } from '../../model/route.ts';
import { originOf } from '../../model/service-origin.ts';
import { quoted } from '../../quote.ts';
import type { SessionChoice } from '../annotations/choices.ts';
import { type Fields, invalid } from '../annotations/fields.ts';
import { chooseServicePort, reachedPort } from './port.ts';
import { type RouteProtocol, protocolOf } from './protocol.ts';
import { type FoundPort, needsProxy } from './proxy-target.ts';

export type OriginResult =
  | { readonly origin: string }
  /** Only the proxy can lead there. */
  | { readonly port: FoundPort }
  | { readonly problem: Problem };

export interface WantedOrigin {
  /** Name or number. Absent: the only one. */
  readonly port: string | undefined;
  /** The field that names it, for messages. */
  readonly place: string;
  readonly session?: SessionChoice | undefined;
  /** By port, what is known of it better than the Service says. */
  readonly protocols?: ReadonlyMap<number, Protocol>;
}

/** The protocols of an object that names its backends in its spec. */
const PROTOCOLS = ['http', 'https', 'h2c', 'grpc'] as const;

/** The address of a port, in the protocol that an annotation names, or else in that of the port. */
export function originAt(
  service: Service,
  { port, place, session, protocols }: WantedOrigin,
  fields: Fields,
): OriginResult {
  const chosen = chooseServicePort(service, { port, name: place, usual: undefined });
  if ('problem' in chosen) return { problem: { reason: 'PortNotFound', message: chosen.problem } };
  const protocol = requestedProtocol(fields) ?? knownProtocol(chosen.value, protocols) ?? protocolOf(chosen.value);
  if ('problem' in protocol) return { problem: invalid(fields.nameOf(PROTOCOL), protocol.problem) };
  const { value: spoken } = protocol;
  const key = keyOf(service);
  if (isProxyProtocol(spoken) || needsProxy(spoken, session))
    return { port: { service: key, port: chosen.value.port, protocol: spoken, weight: 1 } };
  const reached = reachedPort(service, chosen.value, place);
  return 'problem' in reached
    ? { problem: { reason: 'PortNotFound', message: reached.problem } }
    : { origin: originOf(spoken, key, reached.value.port) };
}

function knownProtocol(
  { port }: ServicePort,
  protocols: WantedOrigin['protocols'],
): { readonly value: Protocol } | undefined {
  const value = protocols?.get(port);
  return value && { value };
}

function requestedProtocol(
  fields: Fields,
): { readonly value: RouteProtocol } | { readonly problem: string } | undefined {
  const text = fields.read(PROTOCOL);
  if (text === undefined) return undefined;
  const value = PROTOCOLS.find((protocol) => protocol === text);
  return value === undefined ? { problem: `${quoted(text)} must be http, https, h2c or grpc` } : { value };
}
