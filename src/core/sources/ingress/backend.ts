/** Finds the Service and the port that a path of an Ingress leads to. */
import { PROTOCOL } from '../../../api/annotations.ts';
import type { IngressBackend, Service } from '../../../api/objects.ts';
import type { Problem } from '../../model/route.ts';
import type { Protocol } from '../../model/protocol.ts';
import { originOf } from '../../model/service-origin.ts';
import { quoted } from '../../quote.ts';
import { type Fields, invalid } from '../annotations/fields.ts';
import { foreignTarget } from '../backend/external-name.ts';
import { choosePort } from '../backend/port.ts';
import { protocolOf } from '../backend/protocol.ts';
import type { RelatedObjects } from '../related.ts';
import { invalidSpec } from './paths.ts';

export type BackendResult = { readonly origin: string } | { readonly problem: Problem; readonly isForbidden?: true };

/** What the backends of an Ingress share. */
export interface BackendContext {
  readonly namespace: string;
  readonly fields: Fields;
  readonly related: RelatedObjects;
}

/** The protocols of an Ingress. */
const PROTOCOLS = ['http', 'https'] as const;

export function findBackend(
  { service: wanted, resource }: IngressBackend,
  place: string,
  { namespace, fields, related }: BackendContext,
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
    { port: port === undefined ? undefined : String(port), place: `${place}.service.port` },
    fields,
  );
}

interface WantedPort {
  readonly port: string | undefined;
  readonly place: string;
}

/** The address of a port, in the protocol that an annotation names, or else in that of the port. */
export function originAt(service: Service, { port, place }: WantedPort, fields: Fields): BackendResult {
  const chosen = choosePort(service, { port, name: place, usual: undefined });
  if ('problem' in chosen) return { problem: { reason: 'PortNotFound', message: chosen.problem } };
  const protocol = requestedProtocol(fields) ?? protocolOf(chosen.value);
  if ('problem' in protocol) return { problem: invalid(fields.nameOf(PROTOCOL), protocol.problem) };
  const { namespace = '', name } = service.metadata;
  return { origin: originOf(protocol.value, `${namespace}/${name}`, chosen.value.port) };
}

function requestedProtocol(fields: Fields): { readonly value: Protocol } | { readonly problem: string } | undefined {
  const text = fields.read(PROTOCOL);
  if (text === undefined) return undefined;
  const value = PROTOCOLS.find((protocol) => protocol === text);
  return value === undefined ? { problem: `${quoted(text)} must be http or https on an Ingress` } : { value };
}
