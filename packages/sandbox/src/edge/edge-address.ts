/** What a connector needs to know to reach the edge: `TUNNEL_EDGE`, `TUNNEL_CACERT` and the emulated name service. */
export interface EdgeAddress {
  /** On loopback. cloudflared opens no more connections than it is told addresses, so one may be told several times. */
  readonly host: string;
  readonly port: number;
  /** PEM of the only authority the edge's certificate is signed by. */
  readonly caPem: string;
}
