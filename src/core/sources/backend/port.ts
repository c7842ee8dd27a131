/** Finds the port of a Service that a route leads to, as the connectors reach it. */
import type { Service, ServicePort } from '../../../api/objects.ts';
import { quoted } from '../../quote.ts';
import { isPort } from '../../model/origin-values.ts';
import type { Parsed } from '../../model/parsed.ts';

/** Names and numbers of the web port of a Service with several ports, best first. */
const WEB_NAMES = ['http', 'https', 'web'];
const WEB_NUMBERS = [80, 443];

const NO_DATAGRAMS = ', and a tunnel can carry neither UDP nor SCTP to a hostname';

export interface WantedPort {
  /** Name or number; absent if the route does not say. */
  readonly port: string | undefined;
  /** How messages name the field. */
  readonly name: string;
  /** The well-known port of the requested protocol. */
  readonly usual: number | undefined;
}

/** The port as connections to the name of the Service need it. */
export function choosePort(service: Service, wanted: WantedPort): Parsed<ServicePort> {
  const chosen = chooseServicePort(service, wanted);
  return 'value' in chosen ? reachedPort(service, chosen.value, wanted.name) : chosen;
}

/** The port as the Service lists it. */
export function chooseServicePort(service: Service, wanted: WantedPort): Parsed<ServicePort> {
  const { ports = [] } = service.spec;
  return isOnlyName(service) ? chooseAny(ports, wanted) : chooseListed(ports, wanted);
}

/** What connections to the name of the Service need for a port that it lists. */
export function reachedPort(service: Service, port: ServicePort, name: string): Parsed<ServicePort> {
  const isHeadless = service.spec.clusterIP === 'None' && !isOnlyName(service);
  return isHeadless ? portOfPods(port, name) : { value: port };
}

function isOnlyName({ spec: { type, clusterIP, ports = [] } }: Service): boolean {
  return type === 'ExternalName' || (clusterIP === 'None' && ports.length === 0);
}

function chooseListed(all: readonly ServicePort[], wanted: WantedPort): Parsed<ServicePort> {
  const ports = all.filter(isTcp);
  if (wanted.port !== undefined) return chooseNamed(all, { ...wanted, port: wanted.port });
  const [only, ...others] = ports;
  if (only === undefined) return { problem: `${wanted.name}: the Service has no TCP port${NO_DATAGRAMS}` };
  const chosen = others.length === 0 ? only : webPort(ports);
  if (chosen !== undefined) return { value: chosen };
  return { problem: `Set ${wanted.name}: the Service has ${listed(ports)}, and none is called http, https or web` };
}

function chooseNamed(
  all: readonly ServicePort[],
  { port, name }: WantedPort & { readonly port: string },
): Parsed<ServicePort> {
  const ports = all.filter(isTcp);
  const found = find(ports, port);
  if (found !== undefined) return { value: found };
  const why = find(all, port) === undefined ? '' : NO_DATAGRAMS;
  return { problem: `${name}: the Service has no TCP port ${quoted(port)}${why}; it has ${listed(ports)}` };
}

/** Such a Service is only a name in DNS, so any number will do. */
function chooseAny(ports: readonly ServicePort[], wanted: WantedPort): Parsed<ServicePort> {
  const chosen = ports.length === 0 ? undefined : chooseListed(ports, wanted);
  if (chosen !== undefined && 'value' in chosen) return chosen;
  if (wanted.port !== undefined && isPort(wanted.port)) return { value: { port: Number(wanted.port) } };
  if (wanted.port === undefined && wanted.usual !== undefined) return { value: { port: wanted.usual } };
  return chosen ?? { problem: `Set ${wanted.name} to a number: the Service lists no port` };
}

/** The name of a headless Service resolves to its pods, so a connection goes to the port of a pod. */
function portOfPods({ targetPort, ...port }: ServicePort, name: string): Parsed<ServicePort> {
  if (targetPort === undefined || typeof targetPort === 'number')
    return { value: { ...port, port: targetPort ?? port.port } };
  return {
    problem: `${name}: the Service is headless, so its pods are reached without it, and their port ${quoted(targetPort)} is not known by number. Give targetPort a number, or give the Service a cluster IP`,
  };
}

function isTcp({ protocol = 'TCP' }: ServicePort): boolean {
  return protocol === 'TCP';
}

function find(ports: readonly ServicePort[], wanted: string): ServicePort | undefined {
  return ports.find(({ name, port }) => name === wanted || String(port) === wanted);
}

function webPort(ports: readonly ServicePort[]): ServicePort | undefined {
  const byName = WEB_NAMES.map((name) => ports.find((port) => port.name === name));
  const byNumber = WEB_NUMBERS.map((number) => ports.find(({ port }) => port === number));
  return [...byName, ...byNumber].find((port) => port !== undefined);
}

function listed(ports: readonly ServicePort[]): string {
  if (ports.length === 0) return 'no TCP port';
  return ports.map(({ name, port }) => (name === undefined ? `${port}` : `${name} (${port})`)).join(', ');
}
