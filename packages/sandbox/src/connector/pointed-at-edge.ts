import type { EdgeAddress } from '../edge/edge-address.ts';
import type { ContainerStart } from '../kubelet/image.ts';

const CA_FILE = '/run/sandbox/edge-ca.pem';

/** cloudflared opens no more connections than it is told addresses. */
const CONNECTIONS = 4;

/**
 * A container of cloudflared that looks for the edge on this machine. Everything is said by the environment, so that
 * arguments and mounts stay as the Deployment gives them.
 */
export function pointedAtEdge(container: ContainerStart, { host, port, caPem }: EdgeAddress): ContainerStart {
  return {
    ...container,
    env: {
      ...container.env,
      TUNNEL_EDGE: Array.from({ length: CONNECTIONS }, () => `${host}:${port}`).join(','),
      TUNNEL_CACERT: CA_FILE,
      TUNNEL_TRANSPORT_PROTOCOL: 'http2', // there is no QUIC in the sandbox
      TUNNEL_NO_PRECHECKS: 'true',
      NO_AUTOUPDATE: 'true',
    },
    files: new Map([...container.files, [CA_FILE, caPem]]),
  };
}
