import {
  PROXY_CERTIFICATE_FOLDER,
  PROXY_CONFIG_FOLDER,
  PROXY_HTTP2_PORT,
  PROXY_HTTP_PORT,
  PROXY_SOCKET_FOLDER,
} from './proxied.ts';

/** Where the proxy finds its files, and where it listens. Tests use folders and ports of their own. */
export interface ProxyPlace {
  readonly configFolder: string;
  /** Absent: there is no certificate, so the port for HTTP/2 is left out. */
  readonly certificateFolder?: string;
  readonly socketFolder: string;
  readonly readyPort: number;
  /** On loopback, for cloudflared alone. */
  readonly httpPort: number;
  readonly http2Port: number;
}

/** In a connector's pod. */
export const POD: ProxyPlace = {
  configFolder: PROXY_CONFIG_FOLDER,
  certificateFolder: PROXY_CERTIFICATE_FOLDER,
  socketFolder: PROXY_SOCKET_FOLDER,
  readyPort: 2001,
  httpPort: PROXY_HTTP_PORT,
  http2Port: PROXY_HTTP2_PORT,
};
