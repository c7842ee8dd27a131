import type { ContainerStart, Image } from '../image.ts';
import { processImage } from '../processes/process-image.ts';
import { adaptEnvoyFile, type SocketAddress } from './envoy-files.ts';
import { findEnvoy } from './find-envoy.ts';

const ABSENCE = 'the sandbox runs the real Envoy, but ENVOY_BIN is not set and there is no "envoy" on the PATH';

/** The arguments of the image if the container sets neither `command` nor `args`. */
const DEFAULT_ARGS = ['-c', '/etc/envoy/envoy.yaml'];

/** Addresses of a listener that containers of other Pods, or of the same one, can reach. */
const OWN_HOSTS = new Set(['0.0.0.0', '127.0.0.1', '::', '::1']);

/** A pod network is all of this, and nothing in it listens on this machine. */
const POD_ADDRESS = /^10\.244\./;

/** An address whose connections are refused, as for a Pod that no longer listens. */
const NOWHERE: SocketAddress = { host: '127.0.0.1', port: 1 };

/**
 * `envoyproxy/envoy`: the real program. Paths and addresses in its files are those of this machine. When a Pod starts or
 * ends, the addresses are looked up again.
 */
export const envoy: Image = {
  matches: /(^|\/)envoyproxy\/envoy(:|@|$)/,
  get absence() {
    return findEnvoy(process.env) === undefined ? ABSENCE : undefined;
  },
  start: (container) => envoyProcess(findEnvoy(process.env) ?? 'envoy').start(container),
};

/** The image with this program. */
export function envoyProcess(program: string): Image {
  return processImage({
    matches: envoy.matches,
    program,
    entrypoint: ['envoy'],
    prepare: withFewResources,
    adapt: (content, { container, translate }) =>
      adaptEnvoyFile(content, { path: translate, address: (address) => hereFor(address, container) }),
  });
}

/**
 * Many Pods share this machine. One worker thread is enough for a test, and the shared memory of a hot restart, which a
 * container has to itself, would be the same for all.
 */
function withFewResources(container: ContainerStart): ContainerStart {
  const { command, args } = container;
  const given = command.length + args.length === 0 ? DEFAULT_ARGS : args;
  const kept = given.filter(
    (arg, index) => !/^--(concurrency|disable-hot-restart)\b/.test(arg) && given[index - 1] !== '--concurrency',
  );
  return { ...container, args: [...kept, '--concurrency', '1', '--disable-hot-restart'] };
}

function hereFor({ host, port }: SocketAddress, { pod, addressAt }: ContainerStart): SocketAddress {
  if (OWN_HOSTS.has(host) || host === pod.ip) return { host: pod.loopback, port };
  if (!POD_ADDRESS.test(host)) return { host, port };
  const place = addressAt(host, port);
  if (place === undefined) return NOWHERE;
  const colon = place.lastIndexOf(':');
  return { host: place.slice(0, colon), port: Number(place.slice(colon + 1)) };
}
