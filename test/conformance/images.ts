/** The images that the suite deploys, as programs of this machine. */
import type { Container, ContainerStart, Image } from 'cftunnel-sandbox/kubelet/image';
import { processImage } from 'cftunnel-sandbox/kubelet/processes/process-image';

/** Below the range from which systems take ports for connections, and above those of services. */
const PORTS = { first: 20_000, last: 32_000 };

/** The ports of the server, and the variables that change them. */
const VARIABLES = [
  { port: 3000, names: ['HTTP_PORT', 'TCP_PORT'] },
  { port: 3001, names: ['H2C_PORT'] },
  { port: 8443, names: ['HTTPS_PORT', 'TLS_PORT'] },
  { port: 8080, names: ['UDP_PORT'] },
];

/**
 * `gateway-api/echo-basic`: the real program. It listens on all interfaces of this machine, where pods have only one set
 * of ports, so each container gets ports of its own.
 */
export function echoImage(program: string): Image {
  return {
    matches: /(^|\/)gateway-api\/echo-(basic|advanced)(:|@|$)/,
    start: (container) => startEcho(program, container),
  };
}

/**
 * `coredns/coredns`, which the suite deploys for UDPRoutes. They are not claimed, so nobody asks it: that it runs is
 * enough. The echo server for UDP stands in for it.
 */
export function corednsImage(program: string): Image {
  return {
    matches: /(^|\/)coredns\/coredns(:|@|$)/,
    start: (container) =>
      startEcho(program, { ...container, args: [], env: { ...container.env, UDP_ECHO_SERVER: '1' } }),
  };
}

function startEcho(program: string, start: ContainerStart): Container {
  const ports = new Map(VARIABLES.map(({ port }) => [port, nextPort()]));
  const image = processImage({
    matches: /./,
    program,
    entrypoint: ['/echo-basic'],
    prepare: (container) => ({ ...container, env: { ...container.env, ...variablesFor(ports) } }),
  });
  const container = image.start(start);
  const addressOf: Container['addressOf'] = (port) => {
    const here = ports.get(port);
    return here === undefined || container.addressOf(port) === undefined ? undefined : `127.0.0.1:${here}`;
  };
  return { ...container, addressOf };
}

function variablesFor(ports: ReadonlyMap<number, number>): Record<string, string> {
  return Object.fromEntries(
    VARIABLES.flatMap(({ port, names }) => names.map((name) => [name, String(ports.get(port))] as const)),
  );
}

let last = PORTS.first + Math.floor(Math.random() * 6_000);

/** A port that is taken nevertheless makes the program fail, and its container is started again with others. */
function nextPort(): number {
  last = last >= PORTS.last ? PORTS.first : last + 1;
  return last;
}
