import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type EdgeAssumptions, DEFAULT_EDGE_ASSUMPTIONS } from '../assumptions.ts';
import { listenOnLoopback } from '../loopback-server.ts';
import type { CertificateAuthority } from '../server/certificate-authority.ts';
import type { TunnelRegistry } from '../tunnel-registry.ts';
import type { AccessGate } from './access-gate.ts';
import type { HostResolution } from './host-resolution.ts';
import { handleRequests } from './request-handler.ts';
import { SiteCertificates } from './site-certificates.ts';

export interface FrontDoorOptions {
  /** Default: 0, any free port. */
  readonly port?: number;
  readonly securePort?: number;
  readonly resolve: (host: string) => HostResolution;
  readonly registry: TunnelRegistry;
  readonly authority: CertificateAuthority;
  readonly gate?: AccessGate | undefined;
  readonly assumptions?: Partial<EdgeAssumptions>;
}

/** The public side of the edge. Listens on loopback and serves any name in `Host`. */
export interface FrontDoor {
  readonly url: string;
  /** The TLS URL. Every name that resolves has a certificate from the sandbox's CA. */
  readonly secureUrl: string;
  stop(): Promise<void>;
}

/** Limits upgrades to WebSocket. Any other upgrade is handled as a plain request. */
export const UPGRADES = {
  shouldUpgradeCallback: ({ headers }: { readonly headers: { readonly upgrade?: string | undefined } }) => {
    return headers.upgrade?.toLowerCase() === 'websocket';
  },
};

/** Starts the front door for HTTP and HTTPS. */
export async function startFrontDoor(options: FrontDoorOptions): Promise<FrontDoor> {
  const { resolve, registry, authority, gate } = options;
  const handling = { resolve, registry, gate, assumptions: { ...DEFAULT_EDGE_ASSUMPTIONS, ...options.assumptions } };
  const isSite = (host: string): boolean => resolve(host).kind !== 'unknown' || gate?.site(host, '/') !== undefined;
  const certificates = new SiteCertificates(authority, isSite);
  const plain = createServer(UPGRADES);
  const secure = createSecureServer({ ...UPGRADES, ...certificates.options() });
  handleRequests(plain, 'http', handling);
  handleRequests(secure, 'https', handling);
  const doors = await Promise.all([
    listenOnLoopback(plain, options.port ?? 0),
    listenOnLoopback(secure, options.securePort ?? 0),
  ]);
  return {
    url: `http://127.0.0.1:${doors[0].port}`,
    secureUrl: `https://127.0.0.1:${doors[1].port}`,
    stop: async () => void (await Promise.all(doors.map((door) => door.stop()))),
  };
}
