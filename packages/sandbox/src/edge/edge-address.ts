/** What a connector needs to know to reach the edge: `TUNNEL_EDGE`, `TUNNEL_CACERT` and the emulated name service. */
export interface EdgeAddress {
  /** On loopback. cloudflared opens at most one connection per address, so an address can be listed repeatedly. */
  readonly host: string;
  readonly port: number;
  /** PEM of the only authority the edge's certificate is signed by. */
  readonly caPem: string;
}
