import { PORT, PROTOCOL } from '../../api/annotations.ts';
import type { Service, ServicePort } from '../../api/objects.ts';
import type { Problem } from './route.ts';

const PROTOCOLS = ['http', 'https'] as const;
type Protocol = (typeof PROTOCOLS)[number];

/** `appProtocol` values that say how to talk to the port. */
const APP_PROTOCOLS: ReadonlyMap<string, Protocol> = new Map([
  ['http', 'http'],
  ['https', 'https'],
  ['kubernetes.io/ws', 'http'],
  ['kubernetes.io/wss', 'https'],
]);

/** Names and numbers that stand for the web port of a Service with several, best first. */
const WEB_NAMES = ['http', 'https', 'web'];
const WEB_NUMBERS = [80, 443];

export interface Backend {
  readonly origin: string | undefined;
  readonly problems: readonly Problem[];
}

/** The port and protocol behind a route, as `<protocol>://<service>.<namespace>.svc:<port>`. */
export function parseBackend(service: Service, port: string | undefined, protocol: string | undefined): Backend {
  const chosen = choosePort(service.spec.ports ?? [], port?.trim());
  const spoken = protocol?.trim();
  const problems: Problem[] = [];
  if (typeof chosen === 'string') problems.push({ reason: 'PortNotFound', message: chosen });
  if (spoken !== undefined && !isProtocol(spoken))
    problems.push({
      reason: 'InvalidAnnotation',
      message: `${PROTOCOL.key}: "${spoken}" must be ${PROTOCOLS.join(' or ')}`,
    });
  if (typeof chosen === 'string' || problems.length > 0) return { origin: undefined, problems };

  const scheme = spoken ?? protocolOf(chosen);
  const { name, namespace } = service.metadata;
  return { origin: `${scheme}://${name}.${namespace}.svc:${chosen.port}`, problems };
}

function isProtocol(text: string): text is Protocol {
  return PROTOCOLS.some((known) => known === text);
}

function protocolOf(port: ServicePort): Protocol {
  const told = APP_PROTOCOLS.get(port.appProtocol ?? '');
  return told ?? (port.port === 443 || port.name === 'https' ? 'https' : 'http');
}

/** The port that is meant, or the sentence that says why none is. */
function choosePort(all: readonly ServicePort[], wanted: string | undefined): ServicePort | string {
  const ports = all.filter((port) => (port.protocol ?? 'TCP') === 'TCP');
  if (wanted !== undefined) {
    const named = ports.find((port) => port.name === wanted || String(port.port) === wanted);
    return named ?? `${PORT.key}: the Service has no TCP port "${wanted}"; it has ${listed(ports)}`;
  }
  if (ports.length === 1 && ports[0] !== undefined) return ports[0];
  const web =
    WEB_NAMES.map((name) => ports.find((port) => port.name === name)).find((port) => port !== undefined) ??
    WEB_NUMBERS.map((number) => ports.find((port) => port.port === number)).find((port) => port !== undefined);
  return web ?? `Set ${PORT.key}: the Service has ${listed(ports)}, and none is called http, https or web`;
}

function listed(ports: readonly ServicePort[]): string {
  if (ports.length === 0) return 'no TCP port';
  return ports.map((port) => (port.name === undefined ? `${port.port}` : `${port.name} (${port.port})`)).join(', ');
}
