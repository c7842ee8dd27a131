import { PROXY_CERTIFICATE_FOLDER, PROXY_CONFIG_FOLDER, PROXY_SOCKET } from './proxied.ts';

/** Where the proxy finds its files and makes its sockets. Tests use folders of their own. */
export interface ProxyPlace {
  readonly configFolder: string;
  /** Absent: there is no certificate, so the socket for HTTP/2 is left out. */
  readonly certificateFolder?: string;
  readonly socketFolder: string;
  readonly readyPort: number;
}

/** In a connector's pod. */
export const POD: ProxyPlace = {
  configFolder: PROXY_CONFIG_FOLDER,
  certificateFolder: PROXY_CERTIFICATE_FOLDER,
  socketFolder: PROXY_SOCKET.slice(0, PROXY_SOCKET.lastIndexOf('/')),
  readyPort: 2001,
};
