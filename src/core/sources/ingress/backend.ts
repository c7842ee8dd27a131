/** Finds the Service and the port that a path of an Ingress leads to. */
import { PROTOCOL } from '../../../api/annotations.ts';
import type { IngressBackend, Service } from '../../../api/objects.ts';
import { keyOf } from '../../keys.ts';
import type { Problem } from '../../model/route.ts';
import { isProxyProtocol } from '../../model/protocol.ts';
import { originOf } from '../../model/service-origin.ts';
import { quoted } from '../../quote.ts';
import type { SessionChoice } from '../annotations/choices.ts';
import { type Fields, invalid } from '../annotations/fields.ts';
import { foreignTarget } from '../backend/external-name.ts';
import { chooseServicePort, reachedPort } from '../backend/port.ts';
import { type RouteProtocol, protocolOf } from '../backend/protocol.ts';
import { type FoundPort, needsProxy } from '../backend/proxy-target.ts';
import type { RelatedObjects } from '../related.ts';
import { invalidSpec } from './paths.ts';

export type BackendResult =
  | { readonly origin: string }
  /** Only the proxy can lead there. */
  | { readonly port: FoundPort }
  | { readonly problem: Problem; readonly isForbidden?: true };

/** What the backends of an Ingress share. */
export interface BackendContext {
  readonly namespace: string;
  readonly fields: Fields;
  readonly related: RelatedObjects;
  readonly session: SessionChoice | undefined;
}

/** The protocols of an Ingress. */
const PROTOCOLS = ['http', 'https', 'h2c', 'grpc'] as const;

export function findBackend(
  { service: wanted, resource }: IngressBackend,
  place: string,
  { namespace, fields, related, session }: BackendContext,
): BackendResult {
  if (wanted === undefined)
    return { problem: invalidSpec(place, `leads to ${resource?.kind ?? 'nothing'}; only a Service can be reached`) };
  const key = `${namespace}/${wanted.name}`;
  const service = related.get('Service', key);
  if (service === undefined)
    return { problem: { reason: 'BackendNotFound', message: `${place}: Service ${key} does not exist` } };
  const forbidden = foreignTarget(service);
  if (forbidden !== undefined) return { problem: forbidden, isForbidden: true };
  const port = wanted.port?.name ?? wanted.port?.number;
  return originAt(
    service,
    { port: port === undefined ? undefined : String(port), place: `${place}.service.port`, session },
    fields,
  );
}

interface WantedPort {
  readonly port: string | undefined;
  readonly place: string;
  readonly session?: SessionChoice | undefined;
}

/** The address of a port, in the protocol that an annotation names, or else in that of the port. */
export function originAt(service: Service, { port, place, session }: WantedPort, fields: Fields): BackendResult {
  const chosen = chooseServicePort(service, { port, name: place, usual: undefined });
  if ('problem' in chosen) return { problem: { reason: 'PortNotFound', message: chosen.problem } };
  const protocol = requestedProtocol(fields) ?? protocolOf(chosen.value);
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

function requestedProtocol(
  fields: Fields,
): { readonly value: RouteProtocol } | { readonly problem: string } | undefined {
  const text = fields.read(PROTOCOL);
  if (text === undefined) return undefined;
  const value = PROTOCOLS.find((protocol) => protocol === text);
  return value === undefined
    ? { problem: `${quoted(text)} must be http, https, h2c or grpc on an Ingress` }
    : { value };
}
