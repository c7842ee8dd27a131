import { PROXY_CERTIFICATE_FOLDER, PROXY_CONFIG_FOLDER, PROXY_FOLDER, PROXY_PORTS } from './proxied.ts';

/** Where the proxy finds its files and makes its sockets. Tests use folders of their own. */
export interface ProxyPlace {
  readonly configFolder: string;
  /** Absent: there is no certificate, so HTTP/2 is left out. */
  readonly certificateFolder?: string;
  readonly socketFolder: string;
  readonly readyPort: number;
  /** Ports of the loopback address for requests of visitors. Absent: sockets, of which a machine has any number. */
  readonly ports?: { readonly http: number; readonly http2: number };
}

/** In a connector's pod. */
export const POD: ProxyPlace = {
  configFolder: PROXY_CONFIG_FOLDER,
  certificateFolder: PROXY_CERTIFICATE_FOLDER,
  socketFolder: PROXY_FOLDER,
  readyPort: 2001,
  ports: PROXY_PORTS,
};
