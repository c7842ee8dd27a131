import type { EdgeAddress } from '../edge/edge-address.ts';
import type { ClusterDns } from '../kubelet/cluster-dns.ts';
import type { Image } from '../kubelet/image.ts';
import { startEgressProxy } from '../kubelet/processes/egress-proxy.ts';
import { cloudflaredImage } from './cloudflared-image.ts';
import { cloudflaredProcess } from './cloudflared-process.ts';
import { dialByName } from './dial-origin.ts';

export interface CloudflaredOptions {
  readonly edge: EdgeAddress;
  readonly resolveService: ClusterDns['resolveService'];
  /** Reduces the delays between connections and retries. A real binary ignores it. */
  readonly timeScale: number;
  /** Path of the real binary. If undefined, connectors run inside this process. */
  readonly program: string | undefined;
}

/** The image that cloudflared Pods run. */
export interface ProvidedCloudflared {
  readonly image: Image;
  stop(): Promise<void>;
}

const RETRY_BASE_MS = 10_000;
const SPACING_MS = 1_000;

/** Provides the image of cloudflared: the real program if there is one, otherwise the built-in connector. */
export async function provideCloudflared(options: CloudflaredOptions): Promise<ProvidedCloudflared> {
  const { edge, resolveService, timeScale, program } = options;
  if (program === undefined) {
    const dial = dialByName((host, port) => resolveService(`${host}:${port}`));
    const pace = { retryBaseMs: RETRY_BASE_MS / timeScale, spacingMs: SPACING_MS / timeScale };
    return { image: cloudflaredImage({ edge, dial, ...pace }), stop: () => Promise.resolve() };
  }
  const proxy = await startEgressProxy({ resolve: (hostPort) => resolveService(hostPort) });
  return { image: cloudflaredProcess({ program, edge, proxyUrl: proxy.url }), stop: () => proxy.stop() };
}
