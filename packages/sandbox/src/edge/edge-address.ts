/** How a connector reaches the edge: `TUNNEL_EDGE`, `TUNNEL_CACERT` and the emulated name service. */
export interface EdgeAddress {
  /**
   * A loopback address. cloudflared opens at most one connection per address, so an address can be listed repeatedly.
   */
  readonly host: string;
  readonly port: number;
  /** PEM of the CA that signed the edge's certificate. */
  readonly caPem: string;
  /** Connectors to which things are called differently on this machine. Absent: none. */
  readonly relocated?: RelocatedConnectors;
}

/**
 * How paths and origins in a configuration are called on this machine, by the address from which a connector dials. A
 * process that stands for a container has neither a file system nor a loopback address of its own.
 */
export type RelocatedConnectors = Map<string, (text: string) => string>;
