/** How a connector reaches the edge: `TUNNEL_EDGE`, `TUNNEL_CACERT` and the emulated name service. */
export interface EdgeAddress {
  /**
   * A loopback address. cloudflared opens at most one connection per address, so an address can be listed repeatedly.
   */
  readonly host: string;
  readonly port: number;
  /** PEM of the CA that signed the edge's certificate. */
  readonly caPem: string;
}
