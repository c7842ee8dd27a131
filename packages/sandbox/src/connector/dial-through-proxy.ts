import { SocksClient } from 'socks';
import type { DialOrigin } from './dial-origin.ts';

/** Dials through a SOCKS5 proxy, as Go does with `HTTP_PROXY`, so that a process outside the cluster can reach it. */
export function dialThroughProxy(proxyUrl: string): DialOrigin {
  const { hostname, port: proxyPort } = new URL(proxyUrl);
  return async (host, port, timeoutMs) => {
    try {
      const { socket } = await SocksClient.createConnection({
        proxy: { host: hostname, port: Number(proxyPort), type: 5 },
        command: 'connect',
        destination: { host, port },
        timeout: timeoutMs,
      });
      return socket;
    } catch (error) {
      throw new Error(`dial tcp ${host}:${port}: ${(error as Error).message}`, { cause: error });
    }
  };
}
