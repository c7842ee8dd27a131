import type { EdgeAddress } from '../edge/edge-address.ts';
import type { Container, ContainerStart, Image } from '../kubelet/image.ts';
import { realPath } from '../kubelet/mounts.ts';
import { runCloudflared, type RunContext } from './cloudflared-run.ts';
import { dialInPod } from './dial-in-pod.ts';
import { EarlyExit } from './early-exit.ts';
import { withEdgeEnvironment } from './edge-environment.ts';

export interface CloudflaredImageOptions extends Omit<RunContext, 'log' | 'metrics'> {
  readonly edge: EdgeAddress;
}

/** Matches images of cloudflared in any registry. */
export const CLOUDFLARED_IMAGE = /(?:^|\/)cloudflare\/cloudflared(?:[:@]|$)/;

/** The entry point if the container sets no `command`. */
export const CLOUDFLARED_ENTRYPOINT = ['cloudflared', '--no-autoupdate'];

/** Any free port on loopback. The actual port is reported to the kubelet. */
const ANY_PORT = { host: '127.0.0.1', port: 0 };

/** The image `cloudflare/cloudflared` without the binary: a connector inside this process, with the same settings. */
export function cloudflaredImage({ edge, ...context }: CloudflaredImageOptions): Image {
  return {
    matches: CLOUDFLARED_IMAGE,
    start: (container) => startContainer(withEdgeEnvironment(container, edge), context),
  };
}

function startContainer(container: ContainerStart, context: Omit<CloudflaredImageOptions, 'edge'>): Container {
  const [, ...argv] = [
    ...(container.command.length > 0 ? container.command : CLOUDFLARED_ENTRYPOINT),
    ...container.args,
  ];
  try {
    const { env, files, mounts } = container;
    const socketPath = (path: string) => realPath(mounts, path);
    const { metricsAt, ...run } = runCloudflared(
      { argv, env, files, socketPath },
      { ...context, dial: dialInPod(container, context.dial), metrics: ANY_PORT, log: (line) => container.log(line) },
    );
    return { ...run, addressOf: metricsAt };
  } catch (error) {
    if (!(error instanceof EarlyExit)) throw error;
    if (error.message !== '') container.log(error.message);
    return endedContainer(error.code);
  }
}

function endedContainer(code: number): Container {
  return {
    exited: Promise.resolve(code),
    terminate: () => undefined,
    kill: () => undefined,
    addressOf: () => undefined,
  };
}
