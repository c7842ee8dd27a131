import type { EdgeAddress } from '../edge/edge-address.ts';
import type { ContainerStart } from '../kubelet/image.ts';

const CA_FILE = '/run/sandbox/edge-ca.pem';

/** cloudflared opens at most one connection per configured address. */
const CONNECTIONS = 4;

/**
 * Adds the address and CA of the local edge to a cloudflared container. Only the environment changes. Arguments and
 * mounts stay as in the Deployment.
 */
export function withEdgeEnvironment(container: ContainerStart, { host, port, caPem }: EdgeAddress): ContainerStart {
  return {
    ...container,
    env: {
      ...container.env,
      TUNNEL_EDGE: Array.from({ length: CONNECTIONS }, () => `${host}:${port}`).join(','),
      TUNNEL_CACERT: CA_FILE,
      TUNNEL_TRANSPORT_PROTOCOL: 'http2', // the sandbox has no QUIC
      TUNNEL_NO_PRECHECKS: 'true',
      NO_AUTOUPDATE: 'true',
      SSL_CERT_FILE: CA_FILE, // for the keys of Access, which a connector fetches from the site of the team
    },
    files: new Map([...container.files, [CA_FILE, caPem]]),
  };
}
