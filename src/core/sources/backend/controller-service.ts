/**
 * Finds the Service of the controller that serves an object of another class: the one that an annotation names, else the
 * Tunnel's `spec.origin`, else the one that the status of the object leads to.
 *
 * A controller serves more than the object that names it, so leading to one in another namespace lends its reach. Only
 * the owner of the Tunnel can do that, or the controller itself in the status, which the author of an object cannot
 * write.
 */
import { ORIGIN, TUNNEL } from '../../../api/annotations.ts';
import type { KubeObject, ObjectKey, Service, Tunnel } from '../../../api/objects.ts';
import { keyOf, splitKey } from '../../keys.ts';
import type { Problem } from '../../model/route.ts';
import { type ServicePortName, parseServicePort } from '../../model/service-port.ts';
import { listed } from '../../quote.ts';
import { addressesOf, isWebService } from '../addresses.ts';
import { type Annotations, invalid } from '../annotations/fields.ts';
import type { RelatedObjects } from '../related.ts';
import { foreignTarget } from './external-name.ts';

export type ControllerService =
  /** `port` absent: its port for the web. `place`: the field that names it, for messages. */
  | { readonly service: Service; readonly port: string | undefined; readonly place: string }
  /** `isForbidden`: what was live must go too. */
  | { readonly problem: Problem; readonly isForbidden: boolean };

export interface ServedElsewhere {
  readonly object: KubeObject;
  readonly annotations: Annotations;
  /** Absent: it is not named, or does not exist. */
  readonly tunnel: Tunnel | undefined;
  readonly related: RelatedObjects;
}

const TUNNEL_FIELD = 'spec.origin of the Tunnel';

export function findControllerService(served: ServedElsewhere): ControllerService {
  const { annotations, tunnel, related } = served;
  const text = annotations[ORIGIN.key];
  if (text !== undefined) return named(text, ORIGIN.key, served);
  if (tunnel?.spec.origin !== undefined) return named(tunnel.spec.origin, TUNNEL_FIELD, served);
  const services = servicesLedTo(served.object, related);
  const service = services[0] === undefined ? undefined : related.get('Service', services[0]);
  return service === undefined || services.length > 1
    ? refused('BackendNotFound', undecided(addressesOf(served.object), services))
    : usable(service, undefined, 'status');
}

/** Whether a route may lead to a Service of another namespace. What the status says is unknown while it leads nowhere. */
export function mayLeadTo(service: ObjectKey, object: KubeObject | undefined, decided: Decided): boolean {
  const origin = originOfTunnel(decided.tunnel);
  if (origin !== undefined) return origin.service === service;
  if (object === undefined) return false;
  const services = servicesLedTo(object, decided.related);
  return services.length === 0 || services.includes(service);
}

type Decided = Pick<ServedElsewhere, 'tunnel' | 'related'>;

function named(text: string, place: string, served: ServedElsewhere): ControllerService {
  const parsed = parseServicePort(text);
  if ('problem' in parsed) return { problem: invalid(place, parsed.problem), isForbidden: false };
  const { service: key, port } = parsed.value;
  if (!isLent(parsed.value, served)) return { problem: notLent(key, served.tunnel), isForbidden: true };
  const service = served.related.get('Service', key);
  if (service === undefined) return refused('BackendNotFound', `${place}: Service ${key} does not exist`);
  return usable(service, port, place);
}

/** Whether the author of an object may name a port: one of the same namespace, or the one that the Tunnel names. */
function isLent({ service, port }: ServicePortName, { object, tunnel }: ServedElsewhere): boolean {
  const origin = originOfTunnel(tunnel);
  const isSame = origin?.service === service && origin.port === port;
  return isSame || splitKey(service).namespace === object.metadata.namespace;
}

function originOfTunnel(tunnel: Tunnel | undefined): ServicePortName | undefined {
  const parsed = tunnel?.spec.origin === undefined ? undefined : parseServicePort(tunnel.spec.origin);
  return parsed !== undefined && 'value' in parsed ? parsed.value : undefined;
}

function usable(service: Service, port: string | undefined, place: string): ControllerService {
  const problem = foreignTarget(service);
  return problem === undefined ? { service, port, place } : { problem, isForbidden: true };
}

/** The web Services that are reached at the addresses in the status. */
function servicesLedTo(object: KubeObject, related: RelatedObjects): readonly ObjectKey[] {
  return [...new Set(addressesOf(object).flatMap((address) => servicesAt(address, related)))];
}

/** A controller in the cluster may name its Service instead of an address. */
function servicesAt(address: string, related: RelatedObjects): readonly ObjectKey[] {
  const [, name, namespace] = /^([^.]+)\.([^.]+)\.svc(?:\.|$)/.exec(address) ?? [];
  if (name === undefined) return related.get('Address', address) ?? [];
  const service = related.get('Service', `${namespace}/${name}`);
  return service !== undefined && isWebService(service) ? [keyOf(service)] : [];
}

const ADVICE = `Set ${ORIGIN.key} to the Service of its controller if that is in this namespace, else have the owner of the Tunnel set spec.origin to it`;

function undecided(addresses: readonly string[], services: readonly ObjectKey[]): string {
  if (addresses.length === 0) return `Its status names no address yet, so its controller is not known. ${ADVICE}`;
  const at = `Its status leads to ${listed(addresses)}`;
  return services.length === 0
    ? `${at}, which is no address of a Service with port 80 or 443. ${ADVICE}`
    : `${at}, which several Services share: ${listed(services)}. ${ADVICE}`;
}

function refused(reason: 'BackendNotFound', message: string): ControllerService {
  return { problem: { reason, message }, isForbidden: false };
}

function notLent(service: ObjectKey, tunnel: Tunnel | undefined): Problem {
  const owner = tunnel === undefined ? `the Tunnel in ${TUNNEL.key}` : `Tunnel ${keyOf(tunnel)}`;
  const message = `${ORIGIN.key}: Service ${service} is in another namespace, and only spec.origin of ${owner} can lead there, with the same Service and port. Have its owner set it, or remove the annotation`;
  return { reason: 'NotAllowed', message };
}
