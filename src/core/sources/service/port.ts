/** Finds the port of a Service that a route means, as the connectors reach it. */
import type { Service, ServicePort } from '../../../api/objects.ts';
import { quoted } from '../../quote.ts';
import { isPort } from '../../model/origin-values.ts';
import type { Parsed } from '../../model/parsed.ts';

/** Names and numbers that stand for the web port of a Service with several, best first. */
const WEB_NAMES = ['http', 'https', 'web'];
const WEB_NUMBERS = [80, 443];

const NO_DATAGRAMS = ', and a tunnel can carry neither UDP nor SCTP to a hostname';

/** `name`: what the port is called in messages. `usual`: where the protocol that was asked for is usually found. */
export function choosePort(
  service: Service,
  wanted: string | undefined,
  name: string,
  usual: number | undefined,
): Parsed<ServicePort> {
  const { type, clusterIP, ports = [] } = service.spec;
  if (type === 'ExternalName' || (clusterIP === 'None' && ports.length === 0))
    return chooseFreely(ports, wanted, name, usual);
  const chosen = chooseListed(ports, wanted, name);
  return 'value' in chosen && clusterIP === 'None' ? portOfPods(chosen.value, name) : chosen;
}

function chooseListed(all: readonly ServicePort[], wanted: string | undefined, name: string): Parsed<ServicePort> {
  const ports = all.filter(isTcp);
  const found = wanted === undefined ? undefined : find(ports, wanted);
  if (found !== undefined) return { value: found };
  if (wanted !== undefined) {
    const isOther = find(all, wanted) !== undefined;
    const why = isOther ? NO_DATAGRAMS : '';
    return { problem: `${name}: the Service has no TCP port ${quoted(wanted)}${why}; it has ${listed(ports)}` };
  }
  if (ports.length === 1 && ports[0] !== undefined) return { value: ports[0] };
  if (ports.length === 0) return { problem: `${name}: the Service has no TCP port${NO_DATAGRAMS}` };
  const web = webPort(ports);
  if (web !== undefined) return { value: web };
  return { problem: `Set ${name}: the Service has ${listed(ports)}, and none is called http, https or web` };
}

/** Nothing is behind such a Service but a name, so any number will do. */
function chooseFreely(
  ports: readonly ServicePort[],
  wanted: string | undefined,
  name: string,
  usual: number | undefined,
): Parsed<ServicePort> {
  const listedPort = ports.length === 0 ? undefined : chooseListed(ports, wanted, name);
  if (listedPort !== undefined && 'value' in listedPort) return listedPort;
  if (wanted !== undefined && isPort(wanted)) return { value: { port: Number(wanted) } };
  if (wanted === undefined && usual !== undefined) return { value: { port: usual } };
  return listedPort ?? { problem: `Set ${name} to a number: the Service lists no port` };
}

/** The name of a headless Service stands for its pods: a connection to it goes to a port of theirs. */
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
  return (
    WEB_NAMES.map((name) => ports.find((port) => port.name === name)).find((port) => port !== undefined) ??
    WEB_NUMBERS.map((number) => ports.find((port) => port.port === number)).find((port) => port !== undefined)
  );
}

function listed(ports: readonly ServicePort[]): string {
  if (ports.length === 0) return 'no TCP port';
  return ports.map(({ name, port }) => (name === undefined ? `${port}` : `${name} (${port})`)).join(', ');
}
