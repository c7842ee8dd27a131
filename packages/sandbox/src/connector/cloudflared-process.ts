import type { EdgeAddress } from '../edge/edge-address.ts';
import type { Container, ContainerStart, Image } from '../kubelet/image.ts';
import { type ProcessContainer, processImage } from '../kubelet/processes/process-image.ts';
import { CLOUDFLARED_ENTRYPOINT, CLOUDFLARED_IMAGE } from './cloudflared-image.ts';
import { STANDARD_CONFIGS } from './config-file.ts';
import { withOwnLoopback } from './dial-in-pod.ts';
import { withEdgeEnvironment } from './edge-environment.ts';

export interface CloudflaredProcessOptions {
  /** The binary, or a program with the same arguments and environment. */
  readonly program: string;
  readonly edge: EdgeAddress;
  /** The proxy through which the process reaches Services, because it is not in the cluster network. */
  readonly proxyUrl: string;
}

/** The real image `cloudflare/cloudflared`: every container is a process of the binary. */
export function cloudflaredProcess({ program, edge, proxyUrl }: CloudflaredProcessOptions): Image {
  const image = processImage({
    matches: CLOUDFLARED_IMAGE,
    program,
    entrypoint: CLOUDFLARED_ENTRYPOINT,
    prepare: (container) => withOwnAddress(withProxy(withEdgeEnvironment(withConfigNamed(container), edge), proxyUrl)),
    adapt: (content, { container, translate }) => withOwnLoopback(translate(content), container.pod.loopback),
  });
  return { ...image, start: (container) => relocated(image.start(container), container, edge) };
}

/** Its connections come from the address of its Pod, by which the edge recognizes it. */
function withOwnAddress(container: ContainerStart): ContainerStart {
  return { ...container, env: { ...container.env, TUNNEL_EDGE_BIND_ADDRESS: container.pod.loopback } };
}

/**
 * Has the edge translate what a remote configuration says about the Pod: paths, such as that of a Unix socket, and
 * origins on its loopback address. Its own file is translated when it is written.
 */
function relocated(running: ProcessContainer, { pod }: ContainerStart, edge: EdgeAddress): Container {
  edge.relocated?.set(pod.loopback, (text) => withOwnLoopback(running.translate(text), pod.loopback));
  void running.exited.then(() => edge.relocated?.delete(pod.loopback));
  return running;
}

/** Names a configuration file that the process would look for in a default folder, which it has elsewhere on disk. */
function withConfigNamed(container: ContainerStart): ContainerStart {
  const { args, files } = container;
  const found = STANDARD_CONFIGS.find((file) => files.has(file));
  if (found === undefined || args.includes('--config')) return container;
  return { ...container, args: args.flatMap((arg) => (arg === 'tunnel' ? [arg, '--config', found] : [arg])) };
}

/**
 * Go's HTTP transport, and so cloudflared, opens connections to origins through the SOCKS5 proxy in the environment.
 * The edge is dialled directly.
 *
 * cloudflared does not use the proxy for TCP services (`tcp`, `ssh`, `rdp`, `smb`), whose names the machine cannot
 * resolve, and it ignores `matchSNItoHost`.
 */
function withProxy(container: ContainerStart, proxyUrl: string): ContainerStart {
  const { env } = container;
  return {
    ...container,
    env: { TUNNEL_METRICS: '0.0.0.0:20241', ...env, HTTP_PROXY: proxyUrl, HTTPS_PROXY: proxyUrl, NO_PROXY: '' },
  };
}
